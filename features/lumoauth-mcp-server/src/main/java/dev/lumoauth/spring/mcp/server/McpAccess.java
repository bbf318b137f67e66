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

package dev.lumoauth.spring.mcp.server;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.log.LogMessage;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.util.StringUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Decides about requests to the MCP endpoint, in servlets and reactively: the host, then
 * the token, then its scopes, then the session. It also publishes where tokens come from
 * (RFC 9728).
 */
final class McpAccess {

	static final String SESSION_HEADER = "Mcp-Session-Id";

	/** RFC 9728 section 3. */
	static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

	private static final String PROOF_HEADER = "DPoP";

	/** RFC 6750 section 2.1, and in the same form RFC 9449 section 7.1. */
	private static final Pattern CREDENTIALS = Pattern.compile("(Bearer|DPoP) +([A-Za-z0-9._~+/-]{1,16384}=*) *",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern OUR_SCHEME = Pattern.compile("(Bearer|DPoP)( .*)?", Pattern.CASE_INSENSITIVE);

	private static final Log logger = LogFactory.getLog(McpAccess.class);

	private final CallerVerifier verifier;

	private final HostCheck hosts;

	private final Challenges challenges;

	private final OwnedSessions sessions;

	private final ServedEndpoints endpoints;

	private final String issuer;

	private final @Nullable URI resource;

	private final List<String> scopes;

	private final boolean proofRequired;

	private final AtomicBoolean unverifiable = new AtomicBoolean();

	McpAccess(CallerVerifier verifier, HostCheck hosts, OwnedSessions sessions, ServedEndpoints endpoints,
			String issuer, @Nullable URI resource, List<String> scopes, boolean proofRequired) {
		this.verifier = verifier;
		this.hosts = hosts;
		this.challenges = new Challenges(scopes, proofRequired);
		this.sessions = sessions;
		this.endpoints = endpoints;
		this.issuer = issuer;
		this.resource = resource;
		this.scopes = List.copyOf(scopes);
		this.proofRequired = proofRequired;
	}

	/**
	 * Return whether a request is for the MCP server or for its metadata.
	 */
	boolean concerns(HttpMethod method, PathContainer path) {
		return this.endpoints.find(path) != null
				|| (isMetadata(path) && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)));
	}

	private boolean isMetadata(PathContainer path) {
		return path.value().startsWith(WELL_KNOWN)
				&& this.endpoints.isMetadata(path.value().substring(WELL_KNOWN.length()),
						(this.resource != null) ? this.resource.getRawPath() : null);
	}

	/**
	 * Decide about a request that {@linkplain #concerns concerns} this server. May wait
	 * for LumoAuth's keys.
	 * @param request the request
	 * @param path its path below the application's own
	 * @param contextPath the application's own path, with that of its servlet
	 * @param query the query as it was sent, or {@code null}
	 * @return the decision
	 */
	McpVerdict decide(HttpRequest request, PathContainer path, String contextPath, @Nullable String query) {
		McpVerdict.Answer foreign = this.hosts.refusal(request);
		if (foreign != null) {
			return foreign;
		}
		PathPattern endpoint = this.endpoints.find(path);
		return (endpoint != null) ? access(request, path, contextPath, endpoint, namesIn(query))
				: metadata(request, contextPath, path.value().substring(WELL_KNOWN.length()));
	}

	private McpVerdict access(HttpRequest request, PathContainer path, String contextPath, PathPattern endpoint,
			@Nullable Set<String> query) {
		HttpHeaders headers = request.getHeaders();
		if (request.getMethod().equals(HttpMethod.OPTIONS) && headers.getOrigin() != null
				&& headers.getAccessControlRequestMethod() != null) {
			return new McpVerdict.Preflight();
		}
		String metadata = metadataAddress(request, path, contextPath, endpoint);
		if (query == null) {
			return this.challenges.invalidRequest("The query is malformed", metadata);
		}
		if (query.contains("access_token") || isForm(headers)) {
			return this.challenges.invalidRequest("A token is accepted only in the header Authorization", metadata);
		}
		List<String> authorization = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
		if (authorization.size() > 1) {
			return this.challenges.invalidRequest("There is more than one header Authorization", metadata);
		}
		if (authorization.isEmpty() || !OUR_SCHEME.matcher(authorization.get(0)).matches()) {
			return this.challenges.noToken(metadata);
		}
		Matcher credentials = CREDENTIALS.matcher(authorization.get(0));
		if (!credentials.matches()) {
			return this.challenges.invalidRequest("The header Authorization is malformed", metadata);
		}
		CallerAuthenticationToken caller;
		try {
			caller = verify(credentials, request, contextPath + path.value());
		}
		catch (AuthenticationServiceException ex) {
			if (this.unverifiable.compareAndSet(false, true)) {
				Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
				logger
					.warn("The tokens of the MCP server's callers can't be verified: %s (%s). Logged once until one is."
						.formatted(ex.getMessage(),
								(cause.getMessage() != null) ? cause.getMessage() : cause.getClass()));
			}
			return Challenges.unavailable();
		}
		catch (OAuth2AuthenticationException ex) {
			logger.debug(LogMessage.format("A token is refused: %s", ex.getError().getDescription()));
			return this.challenges.invalidToken(ex.getError().getErrorCode(), description(ex), metadata);
		}
		catch (AuthenticationException ex) {
			return this.challenges.invalidToken("invalid_token", null, metadata);
		}
		this.unverifiable.set(false);
		if (!caller.getCaller().scopes().containsAll(this.scopes)) {
			return this.challenges.insufficientScope(Set.of(), metadata);
		}
		return session(caller, headers, metadata);
	}

	/**
	 * What is wrong with the claims helps a client. Why a signature is bad would help
	 * those who forge one.
	 */
	private static @Nullable String description(OAuth2AuthenticationException ex) {
		boolean unsigned = ex.getCause() instanceof BadJwtException
				&& !(ex.getCause() instanceof JwtValidationException);
		return unsigned ? null : ex.getError().getDescription();
	}

	private CallerAuthenticationToken verify(Matcher credentials, HttpRequest request, String path) {
		String token = credentials.group(2);
		List<String> proofs = request.getHeaders().getOrEmpty(PROOF_HEADER);
		if (credentials.group(1).equalsIgnoreCase("Bearer")) {
			return this.verifier.bearer(token);
		}
		if (proofs.size() != 1 || proofs.get(0).isBlank()) {
			throw CallerVerifier.invalidProof("The header DPoP has to contain exactly one proof");
		}
		// The address to which the client has sent the request (RFC 9449 section 4.2).
		return this.verifier.proven(token, proofs.get(0), request.getMethod().name(),
				(this.resource != null) ? this.resource.toString() : origin(request) + path);
	}

	private McpVerdict session(CallerAuthenticationToken caller, HttpHeaders headers, String metadata) {
		for (String session : headers.getOrEmpty(SESSION_HEADER)) {
			if (!this.sessions.belongsTo(session, caller)) {
				if (this.sessions.isKnown(session)) {
					logger.warn("Refused: the MCP session of another, asked for by " + caller.getCaller().actors());
				}
				return new McpVerdict.Answer(HttpStatus.NOT_FOUND.value(), Map.of(), Map.of("error",
						"session_not_found", "error_description", "There is no such session: start a new one"));
			}
		}
		return new McpVerdict.Admitted(caller, metadata);
	}

	/**
	 * Ask for a token with more scopes than those that each request needs.
	 */
	McpVerdict.Answer insufficientScope(Set<String> missing, String metadata) {
		return this.challenges.insufficientScope(missing, metadata);
	}

	private McpVerdict.Answer metadata(HttpRequest request, String contextPath, String suffix) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("resource",
				(this.resource != null) ? this.resource.toString() : origin(request) + contextPath + suffix);
		metadata.put("authorization_servers", List.of(this.issuer));
		if (!this.scopes.isEmpty()) {
			metadata.put("scopes_supported", this.scopes);
		}
		metadata.put("bearer_methods_supported", List.of("header"));
		if (this.proofRequired) {
			metadata.put("dpop_bound_access_tokens_required", true);
			metadata.put("dpop_signing_alg_values_supported", Challenges.PROOF_ALGORITHMS);
		}
		return new McpVerdict.Answer(HttpStatus.OK.value(), Map.of(HttpHeaders.CACHE_CONTROL, "max-age=3600"),
				metadata);
	}

	/**
	 * Return the address of an endpoint's metadata. If a resource is configured, the
	 * address follows RFC 9728 section 3.1; otherwise it is below the application's own
	 * path.
	 */
	private String metadataAddress(HttpRequest request, PathContainer path, String contextPath, PathPattern endpoint) {
		return (this.resource != null) ? origin(request) + WELL_KNOWN + this.resource.getRawPath()
				: origin(request) + contextPath + WELL_KNOWN + ServedEndpoints.pathFor(endpoint, path);
	}

	private String origin(HttpRequest request) {
		URI address = (this.resource != null) ? this.resource : request.getURI();
		return address.getScheme() + "://" + address.getRawAuthority();
	}

	/**
	 * Return the names in a query as the server reads them: decoded.
	 * @return the names, or {@code null} if the query is malformed
	 */
	private static @Nullable Set<String> namesIn(@Nullable String query) {
		try {
			return Arrays.stream(StringUtils.tokenizeToStringArray(query, "&"))
				.map((pair) -> URLDecoder.decode(pair, StandardCharsets.UTF_8).split("=", 2)[0])
				.collect(Collectors.toSet());
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static boolean isForm(HttpHeaders headers) {
		String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
		return type != null && Set.of(MediaType.APPLICATION_FORM_URLENCODED_VALUE, MediaType.MULTIPART_FORM_DATA_VALUE)
			.contains(StringUtils.trimAllWhitespace(type.toLowerCase(Locale.ROOT)).split(";", 2)[0]);
	}

}
