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

package dev.lumoauth.devserver.workload;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.devserver.config.WorkloadIdentityProperties;
import dev.lumoauth.devserver.jose.KeyFinder;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Finds the agent that a platform's token identifies: exactly one, or none.
 *
 * @since 0.1.0
 */
@Component
public class Workloads {

	private static final int MAX_LENGTH = 16_384;

	private static final Duration SKEW = Duration.ofMinutes(1);

	private final KeyFinder keys;

	private final Clock clock;

	Workloads(KeyFinder keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
	}

	/**
	 * Finds the agent of the current request's tenant that a token identifies.
	 * @param token the platform's token
	 * @param agents the candidates
	 * @return the agent
	 * @throws WorkloadRefusedException if the token identifies none of them or several,
	 * or is not valid
	 */
	public Workload find(String token, Collection<Agent> agents) throws WorkloadRefusedException {
		SignedJWT jwt = parse(token);
		JWTClaimsSet claims = claims(jwt);
		List<Workload> matching = matching(claims, agents);
		if (matching.isEmpty()) {
			throw new WorkloadRefusedException("No agent has a workload identity for the token's issuer %s, subject %s"
				.formatted(shown(claims.getIssuer()), shown(claims.getSubject())) + " and audience "
					+ shown(String.join(" ", claims.getAudience())));
		}
		if (matching.stream().map((workload) -> workload.agent().id()).distinct().count() > 1) {
			throw new WorkloadRefusedException("The workload identities of several agents match the token");
		}
		checkTimes(claims);
		return matching.stream()
			.filter((workload) -> this.keys.find(jwt, keysOf(workload.identity())) != null)
			.findFirst()
			.orElseThrow(() -> new WorkloadRefusedException(
					"The token's signature is not valid with any of its issuer's keys"));
	}

	private static List<Workload> matching(JWTClaimsSet claims, Collection<Agent> agents) {
		List<Workload> matching = new ArrayList<>();
		for (Agent agent : agents.stream().filter(Agent::isEnabled).toList()) {
			for (WorkloadIdentityProperties identity : agent.credentials().workloadIdentities()) {
				if (identity.issuer().equals(claims.getIssuer()) && identity.isSubject(claims.getSubject())
						&& isAudience(identity, claims.getAudience())) {
					matching.add(new Workload(agent, identity, claims.getSubject()));
				}
			}
		}
		return matching;
	}

	private static boolean isAudience(WorkloadIdentityProperties identity, List<String> audience) {
		if (identity.audience() != null) {
			return audience.contains(identity.audience());
		}
		HttpServletRequest request = CurrentTenant.request();
		String tenant = CurrentTenant.get().slug();
		return audience.contains(ApiPaths.issuerOf(request, "t", tenant))
				|| audience.contains(ApiPaths.issuerOf(request, "orgs", tenant));
	}

	private void checkTimes(JWTClaimsSet claims) throws WorkloadRefusedException {
		Instant now = this.clock.instant();
		Date expiry = claims.getExpirationTime();
		if (expiry == null || !expiry.toInstant().isAfter(now)) {
			throw new WorkloadRefusedException("The token has expired, or has no expiry");
		}
		Date notBefore = claims.getNotBeforeTime();
		if (notBefore != null && notBefore.toInstant().isAfter(now.plus(SKEW))) {
			throw new WorkloadRefusedException("The token is not valid yet");
		}
	}

	private static TrustedKeys keysOf(WorkloadIdentityProperties identity) {
		return Objects.requireNonNull(TrustedKeys.of("the workload identity", identity.jwks(), identity.jwksUri()));
	}

	/**
	 * Returns the client id of the agent that a token claims to identify. Nothing is
	 * verified.
	 */
	public @Nullable String claimedBy(String token, Tenant tenant) {
		try {
			List<Workload> matching = matching(claims(parse(token)), tenant.agents());
			return matching.isEmpty() ? null : matching.get(0).agent().id();
		}
		catch (WorkloadRefusedException ex) {
			return null;
		}
	}

	/**
	 * Returns whether a token claims that this server has issued it. Nothing is verified.
	 */
	public static boolean isOwn(String token) {
		HttpServletRequest request = CurrentTenant.request();
		String tenant = CurrentTenant.get().slug();
		try {
			String issuer = claims(parse(token)).getIssuer();
			return ApiPaths.issuerOf(request, "t", tenant).equals(issuer)
					|| ApiPaths.issuerOf(request, "orgs", tenant).equals(issuer);
		}
		catch (WorkloadRefusedException ex) {
			return false;
		}
	}

	private static SignedJWT parse(String token) throws WorkloadRefusedException {
		try {
			if (token.length() <= MAX_LENGTH) {
				return SignedJWT.parse(token);
			}
		}
		catch (ParseException ex) {
			// Its message may repeat the token.
		}
		throw new WorkloadRefusedException("The token is not a signed JWT");
	}

	private static JWTClaimsSet claims(SignedJWT jwt) throws WorkloadRefusedException {
		try {
			return jwt.getJWTClaimsSet();
		}
		catch (ParseException ex) {
			throw new WorkloadRefusedException("The token is not a signed JWT");
		}
	}

	private static String shown(@Nullable String claim) {
		String text = String.valueOf(claim);
		String bounded = (text.length() > 200) ? text.substring(0, 200) + "..." : text;
		// Characters that RFC 6749 permits in an error_description.
		return bounded.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
	}

}
