extension Page {
    static let javaScript = #"""
        'use strict';
        const $ = id => document.getElementById(id);
        const talk = [];
        let running = null;

        function headers() {
          const key = $('key').value.trim();
          return key ? { Authorization: 'Bearer ' + key } : {};
        }

        function show(role, text) {
          $('empty')?.remove();
          const article = document.createElement('article');
          article.className = role;
          const head = document.createElement('h2');
          head.textContent = role === 'user' ? 'You' : role === 'error' ? 'Error' : $('model').value;
          const body = document.createElement('p');
          body.textContent = text;
          article.append(head, body);
          $('talk').append(article);
          article.scrollIntoView({ block: 'end' });
          return { article, body };
        }

        async function fault(reply) {
          try { return (await reply.json()).error.message; } catch { return 'The server answered ' + reply.status + '.'; }
        }

        async function* events(body) {
          const reader = body.pipeThrough(new TextDecoderStream()).getReader();
          let rest = '';
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            rest += value;
            for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2)) {
              const line = rest.slice(0, end);
              if (line.startsWith('data: ') && line !== 'data: [DONE]') yield JSON.parse(line.slice(6));
            }
          }
        }

        function question() {
          const system = $('system').value.trim();
          const ask = {
            model: $('model').value,
            messages: system ? [{ role: 'system', content: system }, ...talk] : talk,
            temperature: Number($('temperature').value),
            stream: true,
            stream_options: { include_usage: true },
          };
          if ($('limit').value) ask.max_completion_tokens = Number($('limit').value);
          if ($('seed').value) ask.seed = Number($('seed').value);
          return ask;
        }

        async function answer() {
          const abort = new AbortController();
          busy(abort);
          const start = performance.now();
          let first = 0, text = '', usage = null, shown = null;
          try {
            const reply = await fetch('/v1/chat/completions', {
              method: 'POST', signal: abort.signal,
              headers: { 'Content-Type': 'application/json', ...headers() },
              body: JSON.stringify(question()),
            });
            if (!reply.ok) throw new Error(await fault(reply));
            shown = show('assistant', '');
            for await (const event of events(reply.body)) {
              if (event.error) throw new Error(event.error.message);
              if (event.usage) usage = event.usage;
              const piece = event.choices[0]?.delta?.content;
              if (!piece) continue;
              first ||= performance.now();
              text += piece;
              shown.body.textContent = text;
              $('talk').scrollTop = $('talk').scrollHeight;
            }
          } catch (error) {
            if (error.name !== 'AbortError') show('error', error.message);
          }
          if (text) talk.push({ role: 'assistant', content: text });
          else talk.pop();
          if (shown) count(shown.article, start, first, usage);
          busy(null);
          gauges().catch(() => {});
        }

        function count(article, start, first, usage) {
          const parts = [];
          if (first) {
            $('first').textContent = Math.round(first - start) + ' ms';
            parts.push('first token ' + $('first').textContent);
          }
          if (usage) {
            const seconds = (performance.now() - first) / 1000;
            const speed = usage.completion_tokens > 1 && seconds > 0 ? (usage.completion_tokens - 1) / seconds : 0;
            $('speed').textContent = speed ? speed.toFixed(1) : '–';
            parts.unshift(usage.prompt_tokens + ' + ' + usage.completion_tokens + ' tokens');
            if (speed) parts.push(speed.toFixed(1) + ' tokens/s');
          } else parts.push('stopped');
          const foot = document.createElement('footer');
          foot.textContent = parts.join(' · ');
          article.append(foot);
          $('talk').scrollTop = $('talk').scrollHeight;
        }

        function busy(abort) {
          running = abort;
          $('send').disabled = !!abort;
          $('stop').disabled = !abort;
          if (!abort) $('input').focus();
        }

        function send() {
          const text = $('input').value.trim();
          if (!text || running || !$('model').value) return;
          $('input').value = '';
          talk.push({ role: 'user', content: text });
          show('user', text);
          answer();
        }

        $('form').addEventListener('submit', event => { event.preventDefault(); send(); });
        $('input').addEventListener('keydown', event => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
        });
        document.addEventListener('keydown', event => { if (event.key === 'Escape') running?.abort(); });
        $('stop').addEventListener('click', () => running?.abort());
        $('clear').addEventListener('click', () => {
          running?.abort();
          talk.length = 0;
          $('talk').replaceChildren();
          $('input').focus();
        });
        $('key').addEventListener('change', refresh);

        function light(state, text) {
          $('lamp').dataset.state = state;
          $('state-text').textContent = text;
        }

        async function models() {
          const reply = await fetch('/v1/models', { headers: headers() });
          if (!reply.ok) return light('bad', await fault(reply));
          const names = (await reply.json()).data.map(model => model.id);
          const now = [...$('model').options].map(option => option.value);
          if (names.join('\n') === now.join('\n')) return;
          const chosen = $('model').value;
          $('model').replaceChildren(...names.map(name => new Option(name, name)));
          if (names.includes(chosen)) $('model').value = chosen;
        }

        async function gauges() {
          const reply = await fetch('/metrics', { headers: headers() });
          if (!reply.ok) return;
          const text = await reply.text();
          const value = name => text.match(new RegExp('^hearth_' + name + '\\{[^\\n]*\\} ([0-9.]+)$', 'm'))?.[1] ?? '–';
          $('running').textContent = value('num_requests_running');
          $('waiting').textContent = value('num_requests_waiting');
        }

        async function refresh() {
          try {
            const health = await fetch('/health');
            if (!health.ok) return light('wait', await fault(health));
            light('good', 'ready');
            await models();
            await gauges();
          } catch {
            light('bad', 'not reachable');
          }
        }

        refresh();
        setInterval(refresh, 3000);

        """#
}
