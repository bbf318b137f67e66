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

package dev.lumoauth.spring.token.grant;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import dev.lumoauth.spring.http.LumoAuthJson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TokenResponse}.
 */
class TokenResponseTests {

	@Test
	void readsAResponseAndKeepsWhatItDoesNotKnow() throws Exception {
		OAuth2AccessTokenResponse response = read("""
				{"access_token":"abc","token_type":"bearer","expires_in":60,"scope":" a  b a","refresh_token":"no",
				 "issued_token_type":"x","task_id":7}""");
		assertThat(response.getAccessToken().getTokenValue()).isEqualTo("abc");
		assertThat(response.getAccessToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.BEARER);
		assertThat(response.getAccessToken().getScopes()).isEqualTo(Set.of("a", "b"));
		assertThat(response.getRefreshToken()).isNull();
		assertThat(response.getAdditionalParameters()).containsOnlyKeys("issued_token_type", "task_id");
	}

	@ParameterizedTest
	@CsvSource({ "60, 60", "'\"60\"', 60", "60.9, 60", "null, 300", "1e99, 31536000",
			"99999999999999999999, 31536000" })
	void readsTheLife(String expiresIn, long seconds) throws Exception {
		assertThat(life("{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}"))
			.isEqualTo(Duration.ofSeconds(seconds));
	}

	@Test
	void lifeIsFiveMinutesIfItIsNotSaid() throws Exception {
		assertThat(life("{\"access_token\":\"abc\",\"token_type\":\"Bearer\"}")).isEqualTo(Duration.ofMinutes(5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "0.5", "\"soon\"", "true", "[60]", "\"NaN\"" })
	void refusesALifeThatIsOverOrNone(String expiresIn) {
		assertMalformed("{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "\"\"", "\" \"", "7", "\"a b\"", "\"a\\r\\nX-Injected: 1\"", "\"ü\"" })
	void refusesATokenThatCannotStandInAHeader(String token) {
		assertMalformed("{\"access_token\":" + token + ",\"token_type\":\"Bearer\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "\"\"", "\"DPoP\"", "\"N_A\"", "\"mac\"", "7" })
	void refusesATokenThatIsNoBearerToken(String type) {
		assertMalformed("{\"access_token\":\"abc\",\"token_type\":" + type + "}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "null", "", "<html>", "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"",
			"{\"access_token\":\"abc\",\"access_token\":\"def\",\"token_type\":\"Bearer\"}" })
	void refusesWhatIsNoTokenResponse(String body) {
		assertMalformed(body);
	}

	private void assertMalformed(String body) {
		assertThatIllegalArgumentException().isThrownBy(() -> read(body)).withMessageNotContaining("abc");
	}

	private Duration life(String body) throws Exception {
		OAuth2AccessToken token = read(body).getAccessToken();
		return Duration.between(token.getIssuedAt(), token.getExpiresAt());
	}

	private OAuth2AccessTokenResponse read(String body) {
		return TokenResponse.read(LumoAuthJson.read(body.getBytes(StandardCharsets.UTF_8)));
	}

}
