"""Maps on paper: pages at a true scale, pictures for documents, register sheets."""
