// Starts Swagger UI on the service's own document. No validator: it would send the document's address to another host.
"use strict";
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  onComplete: () => {
    const title = window.ui.specSelectors.info().get("title");
    if (title) document.title = `${title}: API`;
  },
});
