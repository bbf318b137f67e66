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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.Obtained;
import dev.lumoauth.devserver.oauth.TenantKeys;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * The tokens of type {@code auth+jwt} that were issued and have not expired, at most
 * 10,000, and the refresh tokens that renew them. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class AuthTokens {

	static final String TYPE = "auth+jwt";

	static final Duration LIFETIME = Duration.ofMinutes(15);

	private static final Duration REFRESH_LIFETIME = Duration.ofHours(8);

	private static final int MAX_TOKENS = 10_000;

	private final TenantKeys keys;

	private final Clock clock;

	private final Tickets<AuthGrant> refreshTokens;

	/** By token value, oldest first. */
	private final Map<String, IssuedToken> tokens = new LinkedHashMap<>();

	AuthTokens(TenantKeys keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
		this.refreshTokens = new Tickets<>("art_", REFRESH_LIFETIME, clock);
	}

	String issue(String way, AuthGrant grant) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Instant expiresAt = now.plus(LIFETIME);
		String agent = identifierOf(grant);
		String id = UUID.randomUUID().toString();
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("agent", agent);
		if (grant.delegate() != null) {
			claims.put("agent_delegate", grant.delegate());
		}
		if (!grant.scopes().isEmpty()) {
			claims.put("scope", String.join(" ", grant.scopes()));
		}
		claims.put("cnf", Map.of("jwk", grant.key().toJSONObject()));
		if (grant.actor() != null) {
			claims.put("act", grant.actor());
		}
		JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder().issuer(ApiPaths.issuerOf(CurrentTenant.request()))
			.audience(grant.resource().identifier())
			.issueTime(Date.from(now))
			.expirationTime(Date.from(expiresAt))
			.jwtID(id);
		if (grant.user() != null) {
			builder.subject(grant.user().id());
		}
		claims.forEach(builder::claim);
		JWTClaimsSet all = builder.build();
		String value = this.keys.sign(TYPE, all);
		save(value,
				new IssuedToken(grant.tenant().slug(), grant.agent().id(),
						(grant.user() != null) ? grant.user().id() : grant.agent().id(), grant.scopes(),
						List.of(grant.resource().identifier()), grant.actor(), expiresAt, id, all.toJSONObject(),
						Obtained.bySignature("aauth_" + way, Thumbprints.of(grant.key()))));
		return value;
	}

	private static String identifierOf(AuthGrant grant) {
		if (grant.agent().aauth() == null) {
			throw new IllegalStateException("The agent has no identity");
		}
		return grant.agent().aauth().identifier();
	}

	private synchronized void save(String value, IssuedToken token) {
		removeExpired();
		if (this.tokens.size() >= MAX_TOKENS) {
			this.tokens.remove(this.tokens.keySet().iterator().next());
		}
		this.tokens.put(value, token);
	}

	/**
	 * Finds an active token that this server has issued.
	 */
	synchronized @Nullable IssuedToken find(Tenant tenant, String value) {
		removeExpired();
		IssuedToken token = this.tokens.get(value);
		return (token != null && token.tenant().equals(tenant.slug())) ? token : null;
	}

	Tickets<AuthGrant> refreshTokens() {
		return this.refreshTokens;
	}

	/**
	 * Lists the active tokens, without their values.
	 * @return the tokens, oldest first
	 */
	public synchronized List<IssuedToken> list() {
		removeExpired();
		return List.copyOf(this.tokens.values());
	}

	/**
	 * Revokes tokens, including refresh tokens.
	 * @param tenant the tenant, {@code null} for all
	 * @param clientId the agent, {@code null} for all
	 * @return how many were revoked
	 */
	public int revoke(@Nullable String tenant, @Nullable String clientId) {
		return revoke((token) -> (tenant == null || token.tenant().equals(tenant))
				&& (clientId == null || token.clientId().equals(clientId)))
				+ this.refreshTokens.removeIf((grant) -> (tenant == null || grant.tenant().slug().equals(tenant))
						&& (clientId == null || grant.agent().id().equals(clientId)));
	}

	synchronized int revoke(Predicate<IssuedToken> condition) {
		int before = this.tokens.size();
		this.tokens.values().removeIf(condition);
		return before - this.tokens.size();
	}

	private void removeExpired() {
		Instant now = this.clock.instant();
		this.tokens.values().removeIf((token) -> !token.expiresAt().isAfter(now));
	}

}
