"""Files over HTTP: photos and papers are sent as forms and given back as attachments."""
