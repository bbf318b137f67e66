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
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.web.RecordedRequest;
import dev.lumoauth.devserver.web.RequestHistory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the console's part of the server.
 */
@Timeout(60)
class ConsoleTests extends ServerTests {

	@Autowired
	private RequestHistory history;

	@ParameterizedTest
	@ValueSource(strings = { "/", "/%69ndex.html", "/console/inbox", "/console/agents/acme-corp/agt_analyst",
			"/assets/console.css", "/assets/console.js", "/assets/pages/live.js", "/assets/shared/shared.js",
			"/assets/lit/lit-html.js", "/assets/lit/directives/repeat.js", "/assets/console.svg", "/dev/openapi.json" })
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
	void saysWhatARequestAndItsAnswerSaid() throws Exception {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
		String token = analyst().accessToken();
		this.client.json("POST", "/api/v1/authz/check", "{\"permission\":\"a:b\"}", "Authorization", "Bearer " + token,
				"traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
		RecordedRequest last = last();
		assertThat(last.agent()).isEqualTo("agt_analyst");
		assertThat(last.traceId()).isEqualTo(trace);
		assertThat(last.note()).isEqualTo("agt_analyst: 'a:b' denied, because agt_analyst does not have it");
		Answer text = this.client.get("/dev/console/requests/" + last.number());
		assertThat(text.get("request").toString()).contains("POST /api/v1/authz/check", "Bearer (left out)",
				"\"permission\" : \"a:b\"");
		assertThat(text.get("answer").toString()).startsWith("HTTP 200").contains("\"allowed\" : false");
		assertThat(text.body()).contains("\"Authorization\":{", "\"client_id\":\"agt_analyst\"")
			.doesNotContain(token, token.substring(token.lastIndexOf('.') + 1));
		assertThat(last()).isEqualTo(last);
		assertThat(this.client.get("/dev/console/requests/0").status()).isEqualTo(404);
		assertThat(this.client.get("/dev/console/requests/none").status()).isEqualTo(400);
		this.client.token(ACME, "agt_analyst", "wrong-secret");
		assertThat(last().agent()).isEqualTo("agt_analyst");
		assertThat(this.client.get("/dev/console/requests/" + last().number()).body())
			.contains("client_secret=(left out)")
			.doesNotContain("wrong-secret");
	}

	@Test
	void isNotShownToAnotherSite() {
		assertThat(this.client.get("/dev/console/events", "Sec-Fetch-Site", "same-site").status()).isEqualTo(403);
	}

	private RecordedRequest last() {
		List<RecordedRequest> all = this.history.after(0);
		return all.get(all.size() - 1);
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
