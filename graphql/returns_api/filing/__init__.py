"""Files over HTTP: documents are sent as forms and downloaded as attachments."""
