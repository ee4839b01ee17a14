// Swagger UI over this endpoint's own description of itself.
"use strict";

SwaggerUIBundle({
  dom_id: "#api",
  url: "openapi.json",
  validatorUrl: null, // Otherwise the description would be sent to a validator elsewhere.
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
