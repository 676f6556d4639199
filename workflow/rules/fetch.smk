# a file of the user's own, which has no address, is an input: an edit fetches it again
rule fetch:
    input:
        own_files,
    output:
        "results/fetched/{table}/{map}.csv",
    log:
        "results/logs/fetch/{table}/{map}.log",
    localrule: True
    conda:
        "../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("fetch.py"),
        # the table is named and not declared, and the map's own files are: a row more touches no other map
        table=lambda wildcards: MAP_TABLES[wildcards.table],
        files=files_as_text,
        folder="results/fetched/{table}",
        mirror=mirror_of,
    shell:
        f"{KEEP_LOG}"
        "python workflow/fetch.py --table {params.table:q} --map {wildcards.map} {params.mirror}"
        " --folder {params.folder} --record {output} > {log} 2>&1"
