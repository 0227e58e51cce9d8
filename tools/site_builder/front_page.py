def front_page_files(lessons):
    return []
