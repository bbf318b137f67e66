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

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShownText}.
 */
class ShownTextTests {

	private static final String JWT = jwt("{\"sub\":\"a\",\"client_id\":\"agt_a\"}");

	private final ShownText shown = new ShownText();

	@ParameterizedTest
	@ValueSource(strings = { "{\"access_token\":\"opaque\"}", "{\"a\":[{\"refresh_token\":\"opaque\"}]}",
			"{\"client_secret\":\"opaque\"}", "{\"client_secret\":[\"opaque\"]}", "{\"token\":{\"a\":\"opaque\"}}",
			"{\"keys\":[{\"kty\":\"EC\",\"d\":\"opaque\"}]}" })
	void leavesOutTokensAndSecretsByTheirName(String json) {
		assertThat(answer("application/json", json)).contains("(left out)").doesNotContain("opaque");
		assertThat(request("application/json", json)).contains("(left out)").doesNotContain("opaque");
	}

	@ParameterizedTest
	@ValueSource(strings = { "client_secret", "code", "code_verifier", "client_assertion", "subject_token", "token",
			"auth_req_id", "password", "Client_Secret", "client%5Fsecret" })
	void leavesOutSecretsOfAForm(String name) {
		assertThat(request("application/x-www-form-urlencoded", "scope=a:b&" + name + "=opaque&grant_type=x"))
			.contains("scope=a:b\n", "(left out)", "grant_type=x")
			.doesNotContain("opaque");
		assertThat(this.shown.request("GET", "/", "x=1&" + name + "=opaque", new HttpHeaders(), new byte[0]))
			.contains("/?x=1&", "(left out)")
			.doesNotContain("opaque");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"message\":\"not %s\"}", "[\"%s\"]", "{\"a\":{\"b\":[\"%s\"]}}" })
	void leavesOutTokensWhereverTheyAre(String json) {
		assertThat(answer("application/json;charset=UTF-8", json.formatted(JWT))).contains("(left out)")
			.doesNotContain("eyJ", "c2lnbmF0dXJl");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Authorization | Bearer opaque         | Authorization: Bearer (left out)
			Authorization | opaque                | Authorization: (left out)
			DPoP          | opaque                | DPoP: (left out)
			Agent-Auth    | agent_token=opaque    | Agent-Auth: (left out)
			X-API-Key     | opaque                | X-API-Key: (left out)
			Cookie        | a=opaque              | Cookie: (left out)
			X-Of-Somebody | opaque                | GET /
			""")
	void leavesOutCredentialsAndWhatItDoesNotKnow(String name, String value, String expected) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(name, value);
		assertThat(this.shown.request("GET", "/", null, headers, new byte[0])).contains(expected)
			.doesNotContain("opaque");
	}

	@Test
	void keepsTheClaimsOfAToken() {
		String inside = jwt("{\"act\":\"b\"}");
		HttpHeaders headers = new HttpHeaders();
		headers.setBearerAuth(JWT);
		this.shown.request("POST", "/", null, headers, new byte[0]);
		answer("application/json", "{\"access_token\":\"" + jwt("{\"sub\":\"c\",\"of\":\"" + inside + "\"}") + "\"}");
		assertThat(this.shown.tokens()).containsEntry("Authorization", Map.of("sub", "a", "client_id", "agt_a"))
			.containsEntry("access_token, in the answer", Map.of("sub", "c", "of", "(left out)"));
		assertThat(this.shown.tokens().toString()).contains("{act=b}").doesNotContain("eyJ", "c2lnbmF0dXJl");
		assertThat(this.shown.client()).isEqualTo("agt_a");
	}

	@Test
	void doesNotStumbleOverWhatOnlyLooksLikeAToken() {
		assertThat(answer("application/json", "[\"eyJ.eyJ.x\", \"eyJ.%s.x\"]".formatted("W10"))).contains("(left out)");
		assertThat(this.shown.tokens()).isEmpty();
		assertThat(request("application/x-www-form-urlencoded", "%zz=%&=&a")).contains("%zz=%");
	}

	@ParameterizedTest
	@CsvSource({ "client_id=agt_b, agt_b", "a=b,", "subject_token=%1$s&actor_token=%2$s, agt_c",
			"actor_token=%2$s&subject_token=%1$s, agt_c", "subject_token=%1$s, agt_a" })
	void findsTheClient(String form, String client) {
		request("application/x-www-form-urlencoded", form.formatted(JWT, jwt("{\"client_id\":\"agt_c\"}")));
		assertThat(this.shown.client()).isEqualTo(client);
	}

	@Test
	void findsTheClientOfHttpBasic() {
		HttpHeaders headers = new HttpHeaders();
		headers.setBasicAuth("agt_d", "opaque");
		assertThat(this.shown.request("POST", "/", null, headers, new byte[0])).contains("Basic (left out)");
		assertThat(this.shown.client()).isEqualTo("agt_d");
	}

	@Test
	void keepsTheRest() {
		assertThat(answer("application/json", "{\"allowed\":true,\"code\":\"X\",\"n\":1,\"token_type\":\"Bearer\"}"))
			.contains("HTTP 200", "\"allowed\" : true", "\"code\" : \"X\"", "\"n\" : 1", "\"token_type\" : \"Bearer\"");
	}

	@Test
	void saysHowLongALongBodyIs() {
		String json = "[\"" + "x".repeat(16_384) + "\"]";
		assertThat(answer("application/json", json)).endsWith("(16,388 bytes)");
		assertThat(request("application/json", json)).endsWith("(more than 16,384 bytes)");
	}

	@Test
	void showsNothingOfWhatIsNotJson() {
		assertThat(answer("text/html", "<p>")).endsWith("(no JSON, 3 bytes)");
		assertThat(answer("application/json", "<p>")).endsWith("(no JSON, 3 bytes)");
		assertThat(answer("application/json", "")).isEqualTo("HTTP 200\nContent-Type: application/json");
	}

	private String request(String type, String body) {
		return this.shown.request("POST", "/", null, headers(type), body.getBytes(StandardCharsets.UTF_8));
	}

	private String answer(String type, String body) {
		return this.shown.answer(200, headers(type), body.getBytes(StandardCharsets.UTF_8));
	}

	private static HttpHeaders headers(String type) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.CONTENT_TYPE, type);
		return headers;
	}

	private static String jwt(String claims) {
		Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
		return base64.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
				+ base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2lnbmF0dXJl";
	}

}
