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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.credentials.OwnTokenCredentials;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of an agent whose credentials get its own token themselves.
 */
class OwnTokenCredentialsTests {

	private final DPoPProofs proofs = DPoPProofs.of(SigningKey.generate(), Clock.systemUTC());

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class))
		.withBean(Credentials.class, () -> new Credentials(this.proofs))
		// Nobody listens there: nothing is asked.
		.withPropertyValues("lumoauth.url=http://localhost:1", "lumoauth.tenant=acme", "lumoauth.client-id=agt_1",
				"lumoauth.client-authentication-method=aauth", "management.endpoints.web.exposure.include=lumoauth");

	@Test
	void areThoseOfTheAgentAndNobodyAsksTheTokenEndpoint() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			OAuth2AccessToken token = context.getBean(LumoAuthTokens.class).agentToken();
			assertThat(token.getTokenValue()).isEqualTo("token-1");
			assertThat(token.getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.DPOP);
			assertThat(context.getBean(LumoAuthHttp.class).recentErrors()).isEmpty();
		});
	}

	@Test
	void showMethodAndKeyInHealthAndEndpoint() {
		this.runner.run((context) -> {
			context.getBean(LumoAuthTokens.class).agentToken();
			Health health = context.getBean(IdentityHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails())
				.containsAllEntriesOf(Map.of("method", "aauth", "keyThumbprint", this.proofs.thumbprint()));
			assertThat(context.getBean(LumoAuthEndpoint.class).lumoAuth().agents()).singleElement()
				.satisfies((agent) -> assertThat(agent.keyThumbprint()).isEqualTo(this.proofs.thumbprint()));
		});
	}

	private record Credentials(DPoPProofs proofs) implements OwnTokenCredentials {

		@Override
		public String clientId() {
			return "agt_1";
		}

		@Override
		public AuthorizationGrantType grant() {
			return new AuthorizationGrantType("aauth");
		}

		@Override
		public ClientAuthenticationMethod method() {
			return new ClientAuthenticationMethod("aauth");
		}

		@Override
		public OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes) {
			Instant now = Instant.now();
			return new OAuth2AccessToken(OAuth2AccessToken.TokenType.DPOP, "token-1", now, now.plusSeconds(300));
		}

	}

}
