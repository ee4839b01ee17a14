"""PostgreSQL: connections, schema, migrations, and an embedded server for machines that have none."""
