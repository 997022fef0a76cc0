/// How the report looks.
enum ReportStyle {
    static let sheet: HTML = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #e3e7ee; --fill: #2f6f9f;
          --pale: #c9dceb; --mark: #b4472e; --good: #2e7d4f; --page: #f7f7f5; --card: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #9aa4b2; --line: #2d3440;
          --fill: #6aa9d6; --pale: #2b4256; --mark: #e98a72; --good: #6fc08f; --page: #14181e; --card: #1b2129; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1160px; background: var(--page);
          color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 19px; margin: 0 0 8px; }
        h4 { margin: 0 0 4px; font-size: 11px; color: var(--soft); text-transform: uppercase;
          letter-spacing: .06em; }
        header p, .note { color: var(--soft); margin: 2px 0 12px; font-size: 13px; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: 20px 24px; margin-top: 20px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: left; padding: 5px 12px 5px 0; font-weight: 400; vertical-align: middle; }
        tbody th, .choices td { overflow-wrap: anywhere; } tbody th { min-width: 110px; }
        tr.first th, tr.first td, .plain th, .plain td, thead th { border-top: 1px solid var(--line); }
        thead th { color: var(--soft); font-size: 12px; border-top: 0; } tbody th { font-weight: 600; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .strong { font-weight: 600; } .code { font: 12.5px ui-monospace, monospace; color: var(--soft); }
        .whisker { width: 240px; padding: 0; } .whisker svg { display: block; width: 240px; height: 20px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(310px, 1fr)); gap: 24px;
          margin-bottom: 8px; }
        figure { margin: 0; } figure svg { width: 100%; height: auto; display: block; }
        figcaption { min-height: 62px; } figcaption b { display: block; font-weight: 600; }
        figcaption span { display: block; color: var(--soft); font-size: 12.5px; line-height: 1.4; }
        svg .axis { stroke: var(--soft); stroke-width: 1; } svg .grid { stroke: var(--line); }
        svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } svg .name { font-size: 12px; }
        svg .bar { fill: var(--fill); opacity: .8; } svg .bar.pale { fill: var(--pale); opacity: 1; }
        svg .mark { fill: var(--mark); } svg .span { stroke: var(--fill); stroke-width: 6;
          stroke-linecap: round; opacity: .45; }
        svg .gain { fill: var(--good); } svg .chance { fill: var(--card); stroke: var(--soft); }
        svg .curve { fill: none; stroke: var(--fill); stroke-width: 2; stroke-linejoin: round; }
        svg .reach { fill: none; stroke: var(--mark); stroke-width: 1.5; opacity: .55; }
        svg .ideal { fill: none; stroke: var(--soft); stroke-dasharray: 4 4; }
        svg .track { fill: var(--line); } svg .fill { fill: var(--fill); }
        details { margin-top: 14px; } summary { cursor: pointer; font-weight: 600; }
        article { border-top: 1px solid var(--line); padding: 10px 0; margin-top: 10px; }
        .sides { display: grid; gap: 24px; } .two { grid-template-columns: 1fr 1fr; }
        .three { grid-template-columns: 2fr 1fr 1fr; } .four { grid-template-columns: 2fr 1fr 1fr 1fr; }
          .choice { grid-template-columns: 1fr 1fr 1fr; }
        @media (max-width: 1100px) { th, td { padding-right: 9px; }
          .whisker, .whisker svg { width: 160px; } .whisker svg { height: 14px; } }
        @media (max-width: 920px) { .whisker { display: none; } }
        @media (max-width: 800px) { .sides { grid-template-columns: 1fr; } }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.45 ui-monospace,
          monospace; max-height: 240px; overflow-y: auto; }
        .cut { color: var(--soft); font-size: 12px; margin: 0; } .choices .cut { margin-left: 8px; }
        .choices { font-size: 13.5px; } .choices td { padding: 3px 10px 3px 0; vertical-align: top; }
        .sign { width: 18px; font-weight: 700; } .right .sign { color: var(--good); }
        .wrong .sign { color: var(--mark); } .right td:nth-child(2) { font-weight: 600; }
        .choices .number { color: var(--soft); font-size: 12.5px; } .share { width: 66px; }
        .share svg { width: 60px; height: 10px; } .right .fill { fill: var(--good); }
        .wrong .fill { fill: var(--mark); } .verdict { font-size: 16px; margin: 4px 0; }
        """
}
