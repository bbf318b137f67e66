/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.mcpserver.launch;

import java.io.PrintStream;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Prints on standard output, when the server is ready, which tokens it accepts and the
 * environment variable with its address: one line to paste into a shell, or to parse by
 * its first words {@code export FINANCIAL_MCP_URL=}.
 */
@Component
class ReadyAnnouncement {

	private final String audience;

	private final List<String> scopes;

	ReadyAnnouncement(@Value("${lumoauth.mcp.server.audience}") String audience,
			@Value("${lumoauth.mcp.server.scopes}") List<String> scopes) {
		this.audience = audience;
		this.scopes = scopes;
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		if (event.getApplicationContext() instanceof ServletWebServerApplicationContext context
				&& context.getWebServer() != null) {
			print(context.getWebServer().getPort(), System.out);
		}
	}

	void print(int port, PrintStream out) {
		String url = "http://127.0.0.1:" + port;
		out.println("Financial data MCP server at %s, for tokens with audience %s and scope %s.".formatted(url,
				this.audience, String.join(" ", this.scopes)));
		out.println("export FINANCIAL_MCP_URL=" + url);
		out.flush();
	}

}
