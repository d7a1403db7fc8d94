"""What an author writes that the language reads and nothing heeds, or that pays otherwise.

Each module knows one kind of topic and says of each silence what holds today and what to write.
Reading a policy refuses none of them: editions that are kept are read, and decided, as before.
"""
