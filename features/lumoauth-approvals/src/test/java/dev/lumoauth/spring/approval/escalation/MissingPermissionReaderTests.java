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
package dev.lumoauth.spring.approval.escalation;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.RefusedRequest;
import dev.lumoauth.spring.token.TokenTarget;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MissingPermissionReader}: which words of a server are taken.
 */
class MissingPermissionReaderTests {

	private static final TokenTarget TARGET = new TokenTarget("urn:a", "https://a.example.com/api",
			Set.of("pay:write", "pay:read"));

	private static final Origin ORIGIN = Origin.of(URI.create("https://a.example.com"));

	/** With letters that differ between the alphabets of base64. */
	private static final String PAYMENT = "{\"type\":\"payment\",\"locations\":[\"urn:a\"],\"identifier\":\"~~~???>>>\",\"note\":\"\u00ff\u00fe\"}";

	@Test
	void readsEitherAlphabetWithAndWithoutPadding() {
		byte[] json = PAYMENT.getBytes(StandardCharsets.UTF_8);
		for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder(),
				Base64.getEncoder().withoutPadding(), Base64.getUrlEncoder().withoutPadding())) {
			MissingPermission missing = read(List.of(encoder.encodeToString(json)));
			assertThat(missing).isNotNull();
			assertThat(missing.details()).containsEntry("type", "payment").containsEntry("identifier", "~~~???>>>");
			assertThat(missing.toString()).doesNotContain("payment");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "[{\"type\":\"a\"}]", "\"type\"", "{", "{}", "{\"type\":\"\"}",
			"{\"type\":1}", "{\"type\":null}", "{\"type\":\"a\"}{\"type\":\"b\"}", "{\"type\":\"a\",\"type\":\"b\"}" })
	void takesNothingButOneObjectWithAType(String json) {
		assertThat(read(List.of(encoded(json)))).isNull();
	}

	@Test
	void takesNoHeaderThatIsNotBase64OrIsThereTwice() {
		String value = encoded(PAYMENT);
		assertThat(read(List.of("{\"type\":\"payment\"}"))).isNull();
		assertThat(read(List.of(value + "====="))).isNull();
		assertThat(read(List.of(value, value))).isNull();
		assertThat(read(List.of(value + "," + value))).isNull();
	}

	@Test
	void takesNothingThatIsTooLongOrTooDeep() {
		String filler = "x".repeat(8_200 * 3 / 4);
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:a\"],\"b\":\"" + filler + "\"}"))))
			.isNull();
		assertThat(read(List.of(encoded(nested(10))))).isNotNull();
		assertThat(read(List.of(encoded(nested(11))))).isNull();
		assertThat(read(List.of(encoded(nested(900))))).isNull();
	}

	private static String nested(int depth) {
		return "{\"type\":\"a\",\"locations\":[\"urn:a\"],\"b\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
	}

	/**
	 * Its token would come into the hands of the server that asks.
	 */
	@Test
	void takesNoPermissionForAnotherServer() {
		assertThat(read(List.of(encoded("{\"type\":\"a\"}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":null}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":\"\"}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[null]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"Locations\":[\"urn:a\"]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:bank\"]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:a\",\"urn:bank\"]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":\"urn:bank\"}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[{\"a\":1}]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"https://a.example.com.evil/\"]}")))).isNull();
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:a\",\"https://a.example.com/x\"]}"))))
			.isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"scope\":\"admin\"", "\"scope\":\"pay:write admin\"", "\"scopes\":[\"admin\"]",
			"\"capability\":\"admin\"", "\"Capabilities\":[\"pay:write\",\"admin\"]", "\"scope\":null", "\"scope\":1",
			"\"b\":[{\"scope\":\"admin\"}]", "\"b\":{\"capabilities\":[\"admin\"]}", "\"b\":[[{\"scope\":\"admin\"}]]",
			"\"scopes\":[[\"admin\"]]", "\"scopes\":[{\"name\":\"admin\"}]", "\"capabilities\":{\"admin\":[]}" })
	void takesNoScopesThatAreNotConfigured(String member) {
		assertThat(read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:a\"]," + member + "}")))).isNull();
	}

	@Test
	void takesTheScopesThatAreConfigured() {
		assertThat(
				read(List.of(encoded("{\"type\":\"a\",\"locations\":[\"urn:a\"],\"scope\":\"pay:write pay:read\"}"))))
			.isNotNull();
		assertThat(read(List.of(encoded("{\"type\":\"scope\",\"locations\":[\"urn:a\"],\"actions\":[\"pay:write\"]}"))))
			.isNotNull();
		assertThat(read(List.of(encoded("{\"type\":\"scope\",\"locations\":[\"urn:a\"],\"actions\":[\"admin\"]}"))))
			.isNull();
		assertThat(read(List.of(), "Bearer error=\"insufficient_scope\", scope=\"pay:write admin\"")).isNull();
	}

	@Test
	void readsTheScopesOfAChallenge() {
		MissingPermission missing = read(List.of(),
				"Bearer error=\"insufficient_scope\", scope=\"pay:write pay:read\"");
		assertThat(missing).isNotNull();
		assertThat(missing.details()).isEqualTo(Map.of("type", "scope", "actions", List.of("pay:write", "pay:read"),
				"locations", List.of("urn:a"), "capabilities", List.of("pay:write", "pay:read")));
	}

	@Test
	void takesNoScopesInPlaceOfDetailsThatCanNotBeRead() {
		assertThat(read(List.of("?"), "Bearer error=\"insufficient_scope\", scope=\"pay:write\"")).isNull();
	}

	@Test
	void findsNothingInOtherAnswers() {
		assertThat(read(List.of())).isNull();
		assertThat(read(List.of(), "Bearer error=\"insufficient_scope\"")).isNull();
	}

	private static String encoded(String json) {
		return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
	}

	private static @Nullable MissingPermission read(List<String> details, String... challenges) {
		return MissingPermissionReader.read(new RefusedRequest(TARGET, ORIGIN,
				(name) -> name.equals(MissingPermissionReader.HEADER) ? details : List.of(challenges), null));
	}

}
