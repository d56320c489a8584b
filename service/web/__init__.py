"""The pages, for people in a browser: parse, authorise, call one operation, show.

What lives here: the routes (one module for each part of the product), their templates and files, and what all pages
share: who is signed in (``guard``), what a page promises (``page``), how faults look (``faults``), how levels and times
are worded (``wording``). What may not: SQL, deciding, any rule about who may see what; that is ``operations``, which
answers the API just the same. Every page works without JavaScript.
"""
