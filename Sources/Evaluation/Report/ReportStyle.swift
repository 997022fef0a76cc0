/// How the report looks.
enum ReportStyle {
    static let sheet: HTML = """
        :root { --ink: #1c2430; --soft: #667085; --line: #e3e7ee; --fill: #2f6f9f; --pale: #c9dceb;
          --mark: #b4472e; --page: #fbfbfa; --card: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #9aa4b2; --line: #2d3440;
          --fill: #6aa9d6; --pale: #2b4256; --mark: #e98a72; --page: #14181e; --card: #1b2129; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1100px; background: var(--page);
          color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 19px; margin: 0 0 8px; }
        h4 { margin: 0 0 4px; font-size: 12px; color: var(--soft); text-transform: uppercase;
          letter-spacing: .04em; }
        header p, .note, figcaption span { color: var(--soft); margin: 2px 0 12px; font-size: 13px; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: 20px; margin-top: 20px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line);
          font-weight: 400; vertical-align: middle; overflow-wrap: anywhere; }
        thead th { color: var(--soft); font-size: 12px; } tbody th { font-weight: 600; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .whisker { width: 240px; padding: 0; } .whisker svg { display: block; width: 240px; height: 20px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 16px; }
        figure { margin: 0; } figure svg { width: 100%; height: auto; } figcaption span { margin-left: 6px; }
        svg .axis { stroke: var(--soft); stroke-width: 1; } svg .grid { stroke: var(--line); }
        svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } svg .name { font-size: 12px; }
        svg .bar { fill: var(--fill); opacity: .75; } svg .bar.pale { fill: var(--pale); opacity: 1; }
        svg .mark { fill: var(--mark); } svg .span { stroke: var(--fill); stroke-width: 5;
          stroke-linecap: round; opacity: .55; }
        svg .curve { fill: none; stroke: var(--fill); stroke-width: 2; }
        svg .ideal { fill: none; stroke: var(--soft); stroke-dasharray: 4 4; }
        details { margin-top: 12px; } summary { cursor: pointer; font-weight: 600; }
        article { border-top: 1px solid var(--line); padding: 10px 0; }
        .sides { display: grid; grid-template-columns: 2fr 1fr 1fr; gap: 14px; }
        @media (max-width: 700px) { .sides { grid-template-columns: 1fr; } }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.45 ui-monospace,
          monospace; max-height: 220px; overflow-y: auto; }
        """
}
