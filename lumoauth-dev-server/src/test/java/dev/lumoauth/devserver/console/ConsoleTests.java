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

package dev.lumoauth.devserver.console;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the console's part of the server.
 */
@Timeout(60)
class ConsoleTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "/", "/inbox.html", "/%69nbox.html", "/console.css", "/console.js", "/inbox.js",
			"/shared.js", "/console.svg", "/dev/openapi.json" })
	void permitsNothingButItsOwn(String path) {
		Answer answer = this.client.get(path);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.response().headers().firstValue("Content-Security-Policy")).get()
			.asString()
			.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
			.doesNotContain("unsafe", "data:", "*");
	}

	@Test
	void sendsWhatIsThereAndWhatChanges() throws Exception {
		String token = analyst().accessToken();
		try (InputStream stream = connect(); BufferedReader events = read(stream)) {
			assertThat(next(events, "state")).contains("\"slug\":\"acme-corp\"", "agt_changing", "\"fault\":null")
				.doesNotContain("-secret", token, token.substring(token.lastIndexOf('.') + 1));
			assertThat(next(events, "requests")).contains("/oauth/token").doesNotContain(token);
			admin("PUT", "/capabilities/console:test", "");
			assertThat(until(events, "state", "\"console:test\":true")).contains("agt_changing");
			admin("DELETE", "/capabilities/console:test", "");
			assertThat(until(events, "state", "\"console:test\":false")).contains("agt_changing");
			assertThat(until(events, "requests", "DELETE")).contains("/capabilities/console:test")
				.doesNotContain("/oauth/token");
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysNothingOfAPageThatIsClosed(CapturedOutput output) throws Exception {
		try (InputStream stream = connect(); BufferedReader events = read(stream)) {
			assertThat(next(events, "state")).isNotEmpty();
		}
		// The server takes notice when it writes there again.
		try (InputStream stream = connect(); BufferedReader events = read(stream)) {
			for (int i = 0; i < 20; i++) {
				admin("PUT", "/capabilities/closed:" + i, "");
				until(events, "state", "\"closed:" + i + "\":true");
			}
		}
		for (int i = 0; i < 20; i++) {
			admin("DELETE", "/capabilities/closed:" + i, "");
		}
		assertThat(output.getAll()).doesNotContain("Could not answer", "Broken pipe");
	}

	@Test
	void isNotShownToAnotherSite() {
		assertThat(this.client.get("/dev/console/events", "Sec-Fetch-Site", "same-site").status()).isEqualTo(403);
	}

	private InputStream connect() throws Exception {
		HttpResponse<InputStream> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(this.client.url() + "/dev/console/events")).build(),
					BodyHandlers.ofInputStream());
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
		return response.body();
	}

	private static BufferedReader read(InputStream stream) {
		return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
	}

	private static String until(BufferedReader events, String name, String text) throws Exception {
		String data = next(events, name);
		while (!data.contains(text)) {
			data = next(events, name);
		}
		return data;
	}

	private static String next(BufferedReader events, String name) throws Exception {
		String line = events.readLine();
		while (line != null && !line.equals("event:" + name)) {
			line = events.readLine();
		}
		return events.readLine();
	}

}
