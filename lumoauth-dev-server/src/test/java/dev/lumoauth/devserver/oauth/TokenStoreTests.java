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

package dev.lumoauth.devserver.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

import dev.lumoauth.devserver.MovingClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenStore}.
 */
class TokenStoreTests {

	private final Instant now = Instant.parse("2026-06-30T10:00:00Z");

	private final MovingClock clock = new MovingClock(this.now);

	private final TokenStore store = new TokenStore(this.clock);

	@Test
	void forgetsATokenWhenItExpires() {
		save("a", Duration.ofSeconds(10));
		this.clock.advance(Duration.ofSeconds(9));
		assertThat(this.store.find(null, "a")).isPresent();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.store.find(null, "a")).isEmpty();
		assertThat(this.store.list()).isEmpty();
	}

	@Test
	void forgetsTheOldestBeyondTenThousand() {
		for (int i = 0; i <= 10_000; i++) {
			save("token-" + i, Duration.ofHours(1));
		}
		assertThat(this.store.list()).hasSize(10_000);
		assertThat(this.store.find(null, "token-0")).isEmpty();
		assertThat(this.store.find(null, "token-1")).isPresent();
	}

	@Test
	void revokesWhatTheConditionNames() {
		save("a", Duration.ofHours(1));
		save("b", Duration.ofHours(1));
		assertThat(this.store.revoke((token) -> token.id().equals("a"))).isEqualTo(1);
		assertThat(this.store.list()).extracting(IssuedToken::id).containsExactly("b");
	}

	private void save(String value, Duration lifetime) {
		RegisteredClient client = RegisteredClient.withId("acme/agt")
			.clientId("agt")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.build();
		Instant issuedAt = this.clock.instant();
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, value, issuedAt,
				issuedAt.plus(lifetime));
		Map<String, Object> claims = Map.of("jti", value, "aud", List.of("agt"));
		this.store.save(OAuth2Authorization.withRegisteredClient(client)
			.principalName("agt")
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.token(token, (metadata) -> metadata.put(OAuth2Authorization.Token.CLAIMS_METADATA_NAME, claims))
			.build());
	}

}
