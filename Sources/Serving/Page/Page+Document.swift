extension Page {
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Hearth</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <header>
          <h1>Hearth</h1>
          <p id="state" role="status"><span id="lamp" data-state="wait"></span><span id="state-text">connecting</span></p>
          <dl>
            <div><dt>tokens/s</dt><dd id="speed">–</dd></div>
            <div><dt>first token</dt><dd id="first">–</dd></div>
            <div><dt>running</dt><dd id="running">–</dd></div>
            <div><dt>waiting</dt><dd id="waiting">–</dd></div>
          </dl>
        </header>
        <main>
          <section id="talk" aria-label="Conversation" aria-live="polite" tabindex="0">
            <p id="empty">Ask something. Enter sends, Shift+Enter starts a new line, Esc stops the answer.</p>
          </section>
          <form id="form">
            <label class="hidden" for="input">Message</label>
            <textarea id="input" rows="3" placeholder="Message" autofocus></textarea>
            <div class="row">
              <label>Model <select id="model"></select></label>
              <span class="space"></span>
              <button type="button" id="clear">New</button>
              <button type="button" id="stop" disabled>Stop</button>
              <button type="submit" id="send">Send</button>
            </div>
            <details>
              <summary>Settings</summary>
              <label>System message <textarea id="system" rows="2"></textarea></label>
              <div class="row">
                <label>Temperature <input id="temperature" type="number" min="0" max="2" step="0.1" value="0.7"></label>
                <label>Most tokens <input id="limit" type="number" min="1" step="1" placeholder="all"></label>
                <label>Seed <input id="seed" type="number" step="1" placeholder="any"></label>
                <label>API key <input id="key" type="password" autocomplete="off" placeholder="if needed"></label>
              </div>
            </details>
          </form>
        </main>
        </body>
        </html>

        """
}
