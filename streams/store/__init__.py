"""The read model: what the topics say, as rows of SQL, for the web, ``newsvane why`` and other people's tools."""
