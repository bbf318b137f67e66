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

package dev.lumoauth.spring.aauth.resource;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.resource.AgentTokenReader.AgentToken;
import dev.lumoauth.spring.aauth.resource.AuthTokenVerifier.AuthToken;
import dev.lumoauth.spring.aauth.signature.InvalidSignatureException;
import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.token.key.InvalidTokenException;
import dev.lumoauth.spring.token.key.VerificationKey;

/**
 * Finds out who has signed a request: first by the request's token, for which the body is
 * not needed, then by the signature.
 */
final class RequestAuthenticator {

	private static final Pattern BEARER = Pattern.compile("(?i)bearer +([A-Za-z0-9._~+/=-]+)");

	private static final Pattern AGENT_TOKEN = Pattern.compile("agent_token=(\"?)([A-Za-z0-9._-]+)\\1");

	private final AuthTokenVerifier authTokens;

	private final AgentTokenReader agentTokens;

	private final Authorities authorities;

	private final MessageVerifier signatures;

	/**
	 * Anybody with a key can sign: the nonces of unknown callers must not displace the
	 * others.
	 */
	private final MessageVerifier signaturesOfUnknown;

	RequestAuthenticator(AuthTokenVerifier authTokens, AgentTokenReader agentTokens, Authorities authorities,
			MessageVerifier signatures, MessageVerifier signaturesOfUnknown) {
		this.authTokens = authTokens;
		this.agentTokens = agentTokens;
		this.authorities = authorities;
		this.signatures = signatures;
		this.signaturesOfUnknown = signaturesOfUnknown;
	}

	/**
	 * Return the scheme that signatures cover.
	 */
	String scheme() {
		return this.authorities.scheme();
	}

	/**
	 * Read and check the token of a request.
	 * @param headers returns the values of a header
	 * @return the sender according to the request; {@code null} if the request says
	 * nothing
	 * @throws RefusedRequestException if the token is not accepted
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be checked
	 */
	@Nullable PresentedCaller presented(Function<String, List<String>> headers) {
		String authorization = single(headers, "Authorization", Refusal.AUTH_TOKEN);
		String agentAuth = single(headers, "Agent-Auth", Refusal.AGENT_TOKEN);
		if (authorization == null && agentAuth == null) {
			return null;
		}
		AgentToken agent = (agentAuth != null) ? agent(agentAuth) : null;
		if (authorization == null) {
			return new PresentedCaller(null, agent);
		}
		AuthToken token = token(authorization);
		if (agent != null && !isOne(token, agent)) {
			throw new RefusedRequestException(Refusal.KEY_BINDING,
					"The agent token is of another key or another agent than the auth token");
		}
		return new PresentedCaller(token, agent);
	}

	private static boolean isOne(AuthToken token, AgentToken agent) {
		String named = token.principal().agent();
		return token.key().thumbprint().equals(agent.key().thumbprint())
				&& (named == null || named.equals(agent.agent()));
	}

	/**
	 * An empty header counts as none: signers send empty headers for covered components.
	 */
	private static @Nullable String single(Function<String, List<String>> headers, String name, Refusal refusal) {
		List<String> values = headers.apply(name);
		if (values.size() > 1) {
			throw new RefusedRequestException(refusal, "The request has several " + name + " headers");
		}
		return (values.isEmpty() || values.get(0).isBlank()) ? null : values.get(0).strip();
	}

	private AuthToken token(String authorization) {
		Matcher bearer = BEARER.matcher(authorization);
		if (!bearer.matches()) {
			throw new RefusedRequestException(Refusal.AUTH_TOKEN, "The Authorization header has no bearer token");
		}
		try {
			return this.authTokens.verify(bearer.group(1));
		}
		catch (InvalidTokenException ex) {
			throw new RefusedRequestException(Refusal.AUTH_TOKEN, "The auth token is not accepted: " + ex.getMessage(),
					ex);
		}
	}

	private AgentToken agent(String agentAuth) {
		Matcher token = AGENT_TOKEN.matcher(agentAuth);
		if (!token.matches()) {
			throw new RefusedRequestException(Refusal.AGENT_TOKEN, "The Agent-Auth header has no agent_token");
		}
		try {
			return this.agentTokens.read(token.group(2));
		}
		catch (InvalidTokenException ex) {
			throw new RefusedRequestException(Refusal.AGENT_TOKEN,
					"The agent token is not accepted: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Check that a request is signed by the sender that it names.
	 * @throws RefusedRequestException if it is not
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be checked
	 */
	void check(PresentedCaller caller, ReceivedRequest request) {
		if (!this.authorities.contains(request.host())) {
			throw new RefusedRequestException(Refusal.SIGNATURE, "The request is for another host than "
					+ this.authorities + " (lumoauth.aauth.resource.authorities)");
		}
		try {
			((caller.token() != null) ? this.signatures : this.signaturesOfUnknown).verify(request, caller.key());
		}
		catch (InvalidSignatureException ex) {
			throw new RefusedRequestException(Refusal.signature(ex.getRequiredComponents()),
					String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * The sender according to a request.
	 *
	 * @param token the checked auth token; {@code null} = none
	 * @param agent the agent token; {@code null} = none. One of the two is present
	 */
	record PresentedCaller(@Nullable AuthToken token, @Nullable AgentToken agent) {

		VerificationKey key() {
			if (this.token != null) {
				return this.token.key();
			}
			if (this.agent != null) {
				return this.agent.key();
			}
			throw new IllegalStateException("The request has no token that names an agent");
		}

	}

}
