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

package dev.lumoauth.spring.token.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * An assertion that the agent signs itself, a new one for each request (RFC 7523 sections
 * 2.2 and 3). Its audience comes from the configuration, never from LumoAuth's metadata:
 * otherwise a fake LumoAuth could obtain assertions for another server. The client id is
 * in the form too, which RFC 7521 section 4.2 allows: LumoAuth's MCP exchange refuses a
 * request without it. The same key says the same, though each assertion is another.
 */
record PrivateKeyJwt(String clientId, SigningKey key, String audience, Clock clock) implements AgentCredentials {

	private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

	static final Duration LIFE = Duration.ofSeconds(60);

	PrivateKeyJwt {
		Assert.hasText(clientId, "The client id must not be blank");
		Assert.hasText(audience, "The assertion's audience must not be blank");
	}

	@Override
	public ClientAuthenticationMethod method() {
		return ClientAuthenticationMethod.PRIVATE_KEY_JWT;
	}

	@Override
	public void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		form.set("client_id", this.clientId);
		form.set("client_assertion_type", TYPE);
		form.set("client_assertion", assertion());
	}

	private String assertion() {
		Instant now = this.clock.instant();
		return this.key.sign("JWT", Map.of(),
				new JWTClaimsSet.Builder().issuer(this.clientId)
					.subject(this.clientId)
					.audience(this.audience)
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plus(LIFE)))
					.jwtID(UUID.randomUUID().toString())
					.build());
	}

	@Override
	public String shown() {
		return "iss=sub=" + this.clientId + ", aud=" + this.audience + ", alg=" + this.key.algorithm()
				+ ((this.key.keyId() != null) ? ", kid=" + this.key.keyId() : ", no kid");
	}

	@Override
	public String toString() {
		return "PrivateKeyJwt[clientId=" + this.clientId + ", key=" + this.key + "]";
	}

}
