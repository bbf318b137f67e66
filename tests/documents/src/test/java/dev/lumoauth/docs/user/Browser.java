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

package dev.lumoauth.docs.user;

import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user's browser, with cookies of its own.
 */
final class Browser {

	private static final Pattern HIDDEN = Pattern
		.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

	private final CookieManager cookies = new CookieManager();

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(this.cookies)
		.followRedirects(HttpClient.Redirect.NORMAL)
		.connectTimeout(Duration.ofSeconds(20))
		.build();

	private final String application;

	Browser(String application) {
		this.application = application;
	}

	/**
	 * Open the application, be sent to the login page, choose who one is, and be sent
	 * back.
	 */
	Browser logIn(String user) {
		HttpResponse<String> page = send(HttpRequest.newBuilder(URI.create(this.application + "/hello")));
		assertThat(page.uri().getPath()).endsWith("/oauth/authorize");
		String fields = HIDDEN.matcher(page.body())
			.results()
			.map((field) -> encode(field.group(1)) + "=" + encode(field.group(2)))
			.collect(Collectors.joining("&"));
		HttpResponse<String> back = send(HttpRequest.newBuilder(page.uri().resolve(page.uri().getPath()))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(fields + "&user=" + user)));
		assertThat(back.uri()).asString().startsWith(this.application);
		return this;
	}

	String ask(String question) {
		HttpResponse<String> answer = post("/chat", question);
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return answer.body();
	}

	HttpResponse<String> post(String path, String question) {
		String csrf = this.cookies.getCookieStore()
			.getCookies()
			.stream()
			.filter((cookie) -> cookie.getName().equals("XSRF-TOKEN"))
			.map(HttpCookie::getValue)
			.findFirst()
			.orElse("none");
		return send(HttpRequest.newBuilder(URI.create(this.application + path))
			.header("Content-Type", "text/plain")
			.header("X-XSRF-TOKEN", csrf)
			.POST(BodyPublishers.ofString(question)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String encode(String html) {
		return URLEncoder.encode(HtmlUtils.htmlUnescape(html), StandardCharsets.UTF_8);
	}

}
