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

package dev.lumoauth.devserver.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.util.HtmlUtils;

/**
 * A page for a user, of the current tenant: HTML without a script.
 *
 * @since 0.1.0
 */
public final class HtmlPage {

	private static final String STYLE = """
			:root { color-scheme: light dark; --line: #767676; --quiet: #595959; --accent: #0b57d0; }
			@media (prefers-color-scheme: dark) { :root { --line: #8e8e8e; --quiet: #b8b8b8; --accent: #a8c7fa; } }
			html { background: Canvas; color: CanvasText; }
			body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }
			h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
			p, small, dd { overflow-wrap: anywhere; }
			.server, small, dt { color: var(--quiet); }
			dd { margin: 0 0 .5rem; }
			ul { list-style: none; margin: 1.5rem 0; padding: 0; }
			button { font: inherit; color: inherit; background: none; cursor: pointer; text-align: left;
				border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
			button:hover { border-color: var(--accent); }
			button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
			li { margin: .75rem 0; }
			li button { width: 100%; }
			li strong, li small { display: block; }
			code { font-size: .95em; }
			""";

	/**
	 * Without {@code form-action}, because browsers apply it also to the redirect that
	 * follows, which leads to the application.
	 */
	private static final String POLICY = "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; frame-ancestors 'none'"
		.formatted(hash(STYLE));

	private HtmlPage() {
	}

	/**
	 * Answers with a page.
	 * @param response the answer
	 * @param status its status
	 * @param title the page's title, not yet escaped
	 * @param content HTML, in which all text from elsewhere is escaped
	 * @throws IOException if it could not be written
	 */
	public static void write(HttpServletResponse response, HttpStatus status, String title, String content)
			throws IOException {
		response.setStatus(status.value());
		response.setContentType("text/html;charset=UTF-8");
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		response.getOutputStream()
			.write("""
					<!DOCTYPE html>
					<html lang="en">
					<head>
					<meta charset="utf-8">
					<meta name="viewport" content="width=device-width, initial-scale=1">
					<title>%1$s</title>
					<style>%2$s</style>
					</head>
					<body>
					<main>
					<p class="server">LumoAuth dev server, tenant %3$s. For development only.</p>
					<h1>%1$s</h1>
					%4$s</main>
					</body>
					</html>
					""".formatted(escape(title), STYLE, escape(CurrentTenant.get().slug()), content)
				.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Escapes a text for HTML.
	 * @param text the text
	 * @return the escaped text
	 */
	public static String escape(String text) {
		return HtmlUtils.htmlEscape(text, "UTF-8");
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
