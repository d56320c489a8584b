"""Paper: lists and posters as A4 PDF and as plain text. Plain data in, bytes or lines out.

Nothing here knows the store, the pages or who is asking: what is given has been chosen for its reader. Only this
package imports fpdf2.
"""
