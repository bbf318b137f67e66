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

package dev.lumoauth.spring.token;

import java.time.Instant;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Under which names LumoAuth knows an agent.
 */
class AgentNamesTests {

	private final AgentNames names = new AgentNames("research-bot", null);

	@Test
	void areNotCompleteAsLongAsOnlyTheClientIdIsKnown() {
		assertThat(this.names.get()).isEmpty();
		learn(new JWTClaimsSet.Builder().subject("research-bot").claim("client_id", "research-bot"));
		assertThat(this.names.get()).as("the agent_id is missing").isEmpty();
		learn(new JWTClaimsSet.Builder().subject("client_research-bot"));
		assertThat(this.names.get()).as("that is the client id, too").isEmpty();
		this.names.add("agt_1");
		assertThat(this.names.get()).containsExactlyInAnyOrder("research-bot", "agt_1");
	}

	@Test
	void areCompleteOnceLumoAuthSaysThatThereIsNoOther() {
		this.names.add("research-bot");
		assertThat(this.names.get()).containsExactly("research-bot");
	}

	@Test
	void areThoseOfTheTokenWithoutWhatItsSubjectBeginsBy() {
		learn(new JWTClaimsSet.Builder().subject("agent_agt_1").claim("client_id", "research-bot"));
		assertThat(this.names.get()).containsExactlyInAnyOrder("research-bot", "agent_agt_1", "agt_1");
	}

	@Test
	void areCompleteOnceAnOwnTokenSaysThem() {
		AgentNames names = new AgentNames("agt_1", null);
		assertThat(names.get()).isEmpty();
		names.learn(new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "opaque", null, null));
		assertThat(names.get()).as("nobody knows").isEmpty();
		names.learn(new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER,
				"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZ2VudDp4In0.", null, null));
		assertThat(names.get()).containsExactlyInAnyOrder("agt_1", "agent:x", "x");
	}

	private void learn(JWTClaimsSet.Builder claims) {
		Instant now = Instant.now();
		this.names.learn(new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER,
				new PlainJWT(claims.build()).serialize(), now, now.plusSeconds(60)));
	}

}
