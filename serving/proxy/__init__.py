"""Proxy: HAProxy in front of the gateways, which Ray starts and Palate makes safe."""
