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

import java.util.Objects;

import dev.lumoauth.devserver.dpop.DpopException;
import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.jose.Signatures;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.tls.ClientCertificate;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Finds the access token of a request to a resource of this server: a bearer token (RFC
 * 6750), or a token that is bound to the key of the DPoP proof beside it (RFC 9449,
 * section 7).
 *
 * @since 0.1.0
 */
@Component
public class AccessTokens {

	private static final String BEARER = "Bearer ";

	private static final String DPOP = "DPoP ";

	private final TokenStore store;

	private final Tenants tenants;

	private final DpopProofs proofs;

	AccessTokens(TokenStore store, Tenants tenants, DpopProofs proofs) {
		this.store = store;
		this.tenants = tenants;
		this.proofs = proofs;
	}

	/**
	 * Returns whether a request has an access token.
	 * @param request the request
	 * @return whether its {@code Authorization} is one of the two schemes
	 */
	public boolean isPresent(HttpServletRequest request) {
		return valueOf(request, BEARER) != null || valueOf(request, DPOP) != null;
	}

	/**
	 * Finds the token of a request.
	 * @param request a request that has a token
	 * @param response its answer, for the nonce that the next proof needs
	 * @param tenant the tenant of the token, {@code null} for any
	 * @return the token, whose audience is LumoAuth
	 * @throws AccessTokenException if it is not valid, or is not sent in the required way
	 */
	public IssuedToken find(HttpServletRequest request, HttpServletResponse response, @Nullable Tenant tenant)
			throws AccessTokenException {
		return find(request, response, tenant, false);
	}

	/**
	 * Finds the token of a request that an MCP server may send with the token that it
	 * received.
	 * @param request the request, in which a token {@linkplain #isPresent is present}
	 * @param response the answer, for a nonce
	 * @param tenant the tenant whose tokens are valid, {@code null} for all tenants
	 * @param forAudiences whether a token for an MCP server is valid too
	 * @return the token
	 * @throws AccessTokenException if it is not valid
	 */
	public IssuedToken find(HttpServletRequest request, HttpServletResponse response, @Nullable Tenant tenant,
			boolean forAudiences) throws AccessTokenException {
		String bound = valueOf(request, DPOP);
		String value = (bound != null) ? bound : Objects.requireNonNull(valueOf(request, BEARER));
		IssuedToken token = this.store.find(tenant, value)
			.filter((found) -> forAudiences || !found.isForAnAudience())
			.orElseThrow(
					() -> invalid("The token is unknown, expired, revoked, of another tenant or for another audience",
							bound != null));
		if (!isForCertificate(token, request)) {
			throw invalid("The token is bound to a certificate, and the request came without it", bound != null);
		}
		String thumbprint = token.thumbprint();
		if (bound == null) {
			if (thumbprint != null) {
				throw invalid("The token is bound to a key: send it with the scheme DPoP and a proof", true);
			}
			return token;
		}
		if (thumbprint == null) {
			throw invalid("The token is not bound to a key: send it with the scheme Bearer", false);
		}
		if (!thumbprint.equals(verify(request, response, token, bound))) {
			throw refused(DpopProofs.INVALID, "The token is bound to another key than the proof's");
		}
		return token;
	}

	static boolean isForCertificate(IssuedToken token, HttpServletRequest request) {
		if (token.certificate() == null) {
			return true;
		}
		ClientCertificate certificate = ClientCertificate.of(request);
		return certificate != null && certificate.thumbprint().equals(token.certificate());
	}

	private String verify(HttpServletRequest request, HttpServletResponse response, IssuedToken token, String value)
			throws AccessTokenException {
		try {
			return this.proofs.verify(request, response, this.tenants.find(token.tenant()).orElseThrow().dpopNonces(),
					value);
		}
		catch (DpopException ex) {
			throw refused(ex.error(), ex.description());
		}
	}

	private static @Nullable String valueOf(HttpServletRequest request, String scheme) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		return (authorization != null && authorization.regionMatches(true, 0, scheme, 0, scheme.length()))
				? authorization.substring(scheme.length()).trim() : null;
	}

	private static AccessTokenException invalid(String message, boolean dpop) {
		return dpop ? refused("invalid_token", message)
				: new AccessTokenException("invalid_token", message, "Bearer error=\"invalid_token\"");
	}

	private static AccessTokenException refused(String error, String message) {
		return new AccessTokenException(error, message,
				"DPoP error=\"%s\", algs=\"%s\"".formatted(error, String.join(" ", Signatures.ALGORITHMS)));
	}

}
