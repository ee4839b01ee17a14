"""Ray Serve deployments: gateway, encoder, retriever, reranker, explainer."""
