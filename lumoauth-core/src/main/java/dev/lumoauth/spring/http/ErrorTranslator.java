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

package dev.lumoauth.spring.http;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * Finds the exception for an answer with an error status. The messages name the address,
 * the client id and the property to change.
 */
record ErrorTranslator(LumoAuthAddresses endpoints, String clientId, String properties, Clock clock,
		RetryAfterGate gate) {

	/**
	 * Refusals that a second try does not change: the codes of IANA's registry "OAuth
	 * Extensions Error", and LumoAuth's own.
	 */
	static final Set<String> DEFINITIVE = Set.of("invalid_grant", "invalid_scope", "insufficient_scope",
			"invalid_target", "unauthorized_client", "unsupported_grant_type", "unsupported_token_type",
			"access_denied", "delegation_not_allowed", "delegation_depth_exceeded", "capability_denied",
			"invalid_authorization_details", "unknown_user_id", "expired_login_hint_token", "missing_user_code",
			"invalid_user_code", "invalid_binding_message", "expired_token", "invalid_agent_token",
			"invalid_resource_token", "invalid_auth_token", "key_binding_failed", "invalid_signature");

	/**
	 * The codes for a client that LumoAuth does not know or authenticate: RFC 6749
	 * section 5.2, RFC 6750 section 3.1, and LumoAuth's own.
	 */
	private static final Set<String> UNAUTHENTICATED = Set.of("invalid_client", "unauthorized_client", "invalid_token",
			"invalid_grant", "workload_identity_failed", "attestation_rejected", "invalid_agent_token",
			"invalid_resource_token", "invalid_auth_token", "key_binding_failed", "invalid_signature");

	static final int NOT_FOUND = 404;

	/**
	 * The status if something has to be done before the request (RFC 6585 section 3).
	 */
	static final int PRECONDITION_REQUIRED = 428;

	private static final Set<String> UNKNOWN_TENANT = Set.of("tenant_not_found", "invalid_tenant");

	LumoAuthException translate(HttpRequest request, ErrorAnswer answer, Set<String> secrets) {
		URI endpoint = RequestMarks.endpoint(request);
		if (!HttpStatusCode.valueOf(answer.status()).isError()) {
			// The body does not describe an error, and may contain a token.
			return new LumoAuthProtocolException("LumoAuth at " + endpoint + " answered HTTP " + answer.status()
					+ ", but only " + StringUtils.collectionToDelimitedString(RequestMarks.answers(request), " or ")
					+ " is a valid answer", null);
		}
		String what = answer.describe(secrets);
		String code = answer.code();
		if (RequestMarks.isPoll(request) && answer.status() == 400 && code != null
				&& NoTokenYetException.CODES.contains(code)) {
			return new NoTokenYetException("LumoAuth at " + endpoint + " has no token for that (" + what + ")", code);
		}
		if (answer.hasProofError("use_dpop_nonce")) {
			return new NonceWantedException("LumoAuth at " + endpoint + " asks for a new nonce in each proof of "
					+ "possession, and accepts none of the nonces that it gave (" + what + ")");
		}
		if (answer.hasProofError(LumoAuthAuthenticationException.INVALID_DPOP_PROOF)) {
			return new LumoAuthAuthenticationException("LumoAuth at " + endpoint
					+ " does not accept the proof of possession of client '" + this.clientId + "' (" + what
					+ "): check that this machine's clock is right, that lumoauth.url is the address that LumoAuth "
					+ "uses for itself, and that the key of " + this.properties
					+ ".dpop is the key that is registered for the agent",
					LumoAuthAuthenticationException.INVALID_DPOP_PROOF, null);
		}
		if (answer.status() == 401 || answer.hasCode("invalid_client")) {
			return new LumoAuthAuthenticationException(unauthenticated(request, endpoint, what),
					(code != null && UNAUTHENTICATED.contains(code)) ? code : null, null);
		}
		return switch (answer.status()) {
			case NOT_FOUND -> notFound(endpoint, answer, what);
			case PRECONDITION_REQUIRED -> denied(endpoint, "precondition_required", what);
			case 429 -> tooManyRequests(endpoint, answer, what);
			default -> isRefusal(request, endpoint, answer)
					? denied(endpoint, (code != null) ? Excerpt.of(code) : "access_denied", what)
					: failure(request, endpoint, answer, what);
		};
	}

	/**
	 * A request without a token carries what proves who the agent is.
	 */
	private String unauthenticated(HttpRequest request, URI endpoint, String what) {
		if (RequestMarks.isSigned(request)) {
			return "LumoAuth at " + endpoint + " does not accept the key, or the signature, of client '" + this.clientId
					+ "' (" + what + ")";
		}
		boolean token = !endpoint.equals(this.endpoints.token())
				&& request.getHeaders().containsHeader(HttpHeaders.AUTHORIZATION);
		return "LumoAuth at " + endpoint
				+ (token ? " does not accept the token of client '" : " does not accept the credentials of client '")
				+ this.clientId + "' (" + what + ")";
	}

	private boolean isRefusal(HttpRequest request, URI endpoint, ErrorAnswer answer) {
		String code = answer.code();
		return switch (answer.status()) {
			case 403 -> true;
			case 400 -> code != null && (DEFINITIVE.contains(code) || (code.equals("invalid_request")
					&& (endpoint.equals(this.endpoints.token()) || RequestMarks.isSigned(request))));
			default -> RequestMarks.isRefusedBy(request, answer.status()) && answer.isInLumoAuthsWords();
		};
	}

	private LumoAuthException notFound(URI endpoint, ErrorAnswer answer, String what) {
		if (this.endpoints.isAboutSomebody(endpoint) && answer.isInLumoAuthsWords()
				&& !UNKNOWN_TENANT.contains(String.valueOf(answer.code()))) {
			return denied(endpoint, "not_found", what);
		}
		boolean check = this.endpoints.isAuthz(endpoint);
		String message = "LumoAuth at " + endpoint + " does not know this address (" + what + "): check "
				+ this.endpoints.layoutProperty() + " and lumoauth.url";
		if (check && !answer.isInLumoAuthsWords()) {
			return new UnknownAddressException(endpoint, message);
		}
		return new LumoAuthProtocolException(message, null);
	}

	private LumoAuthException denied(URI endpoint, String code, String what) {
		return new LumoAuthDeniedException(
				"LumoAuth at " + endpoint + " refused the request of client '" + this.clientId + "' (" + what + ")",
				code, null);
	}

	private LumoAuthException tooManyRequests(URI endpoint, ErrorAnswer answer, String what) {
		if (answer.isBudgetExceeded()) {
			return new LumoAuthBudgetExceededException("LumoAuth at " + endpoint + " says that the budget of client '"
					+ this.clientId + "' is spent (" + what + ")", null);
		}
		Duration wait = RetryAfter.of(answer, this.clock);
		this.gate.close(endpoint, wait);
		return new LumoAuthRateLimitedException(
				"LumoAuth at " + endpoint + " accepts no more requests "
						+ ((wait != null) ? "for " + RetryAfter.text(wait) : "for a while") + " (" + what + ")",
				wait, null);
	}

	private LumoAuthException failure(HttpRequest request, URI endpoint, ErrorAnswer answer, String what) {
		String code = answer.code();
		String failed = "LumoAuth at " + endpoint + " failed (" + what + ")";
		if (answer.status() >= 500) {
			return RequestMarks.isPassedOn(request)
					? new TemporaryFailureException(failed, !RequestMarks.isFromBehind(request, code),
							(code != null) ? Excerpt.of(code) : null, RetryAfter.of(answer, this.clock))
					: new LumoAuthUnavailableException(failed, null, true);
		}
		boolean temporary = answer.status() == 408 || (answer.status() == 400
				&& (answer.hasCode("temporarily_unavailable") || answer.hasCode("server_error")));
		return temporary ? new LumoAuthUnavailableException(failed, null) : new LumoAuthProtocolException(
				"LumoAuth at " + endpoint + " did not accept the request (" + what + ")", null);
	}

}
