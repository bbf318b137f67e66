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

package dev.lumoauth.devserver.aauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.jose.KeyFinder;
import dev.lumoauth.devserver.jose.Signatures;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Issues and verifies tokens of type {@code resource+jwt}: a resource's statement that an
 * agent has contacted it. A resource signs these tokens itself, or lets this server sign
 * them.
 */
@Component
class ResourceTokens {

	static final String TYPE = "resource+jwt";

	static final Duration LIFETIME = Duration.ofMinutes(5);

	private final KeyFinder keys;

	private final TenantKeys ownKeys;

	private final Clock clock;

	ResourceTokens(KeyFinder keys, TenantKeys ownKeys, Clock clock) {
		this.keys = keys;
		this.ownKeys = ownKeys;
		this.clock = clock;
	}

	String issue(AAuthResource resource, JsonBody wanted) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		String server = wanted.text("auth_server");
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(resource.identifier())
			.audience((server != null) ? server : ApiPaths.issuerOf(CurrentTenant.request()))
			.claim("agent", wanted.required("agent"))
			.claim("agent_jkt", wanted.required("agent_jkt"))
			.issueTime(Date.from(now))
			.expirationTime(Date.from(now.plus(LIFETIME)))
			.jwtID(UUID.randomUUID().toString());
		if (wanted.text("scope") != null) {
			claims.claim("scope", wanted.text("scope"));
		}
		if (wanted.text("auth_request_url") != null) {
			claims.claim("auth_request_url", wanted.text("auth_request_url"));
		}
		return this.ownKeys.sign(TYPE, claims.build());
	}

	ResourceToken verify(String token, HttpServletRequest request) throws InvalidTokenException {
		TokenClaims parsed = TokenClaims.parse(TYPE, token);
		AAuthResource resource = CurrentTenant.get()
			.aauthResource(String.valueOf(parsed.claims().getIssuer()))
			.orElseThrow(() -> new InvalidTokenException(
					"Its iss is not a resource of the dev server's configuration file"));
		parsed.checkTimes(this.clock.instant());
		if (!parsed.isForUs(request, CurrentTenant.get())) {
			throw new InvalidTokenException("Its aud is not this server's issuer");
		}
		String agent = parsed.text("agent");
		String thumbprint = parsed.text("agent_jkt");
		String id = parsed.claims().getJWTID();
		if (agent == null || thumbprint == null || id == null) {
			throw new InvalidTokenException("It has no agent, agent_jkt or jti");
		}
		if (!isSigned(parsed.jwt(), resource)) {
			throw new InvalidTokenException("It is not signed by one of the keys of " + resource.identifier());
		}
		return new ResourceToken(resource, agent, thumbprint, JsonBody.scopes(parsed.text("scope")),
				parsed.text("auth_request_url"), id, parsed.claims().getExpirationTime().toInstant());
	}

	private boolean isSigned(SignedJWT jwt, AAuthResource resource) {
		@Nullable TrustedKeys trusted = resource.identity().keys();
		return (trusted != null && this.keys.find(jwt, trusted) != null)
				|| this.ownKeys.publicKeys().getKeys().stream().anyMatch((key) -> Signatures.isValid(jwt, key));
	}

}
