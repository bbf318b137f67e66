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

package dev.lumoauth.mcpserver.security;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.BearerTokenError;
import org.springframework.security.oauth2.server.resource.BearerTokenErrorCodes;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/**
 * Refuses a request and says which token it needs: the scope, and where the metadata is
 * (RFC 6750, section 3; RFC 9728, section 5.1).
 */
@Component
class Challenges implements AuthenticationEntryPoint, AccessDeniedHandler {

	private static final Log log = LogFactory.getLog(Challenges.class);

	/** What {@code error_description} may hold. RFC 6750, section 3. */
	private static final Pattern DESCRIPTION = Pattern.compile("[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]+");

	/** Some of those that Spring Security verifies a proof of possession by. */
	static final List<String> PROOF_ALGORITHMS = List.of("ES256", "RS256");

	private static final String SCOPE = "scope";

	private static final String METADATA = "resource_metadata";

	private static final String RETRY_AFTER_SECONDS = "5";

	private final ServerProperties properties;

	private final Resource resource;

	Challenges(ServerProperties properties, Resource resource) {
		this.properties = properties;
		this.resource = resource;
	}

	/** There is no token, or one that is not valid, or nobody can say so now. */
	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure) {
		if (failure instanceof AuthenticationServiceException) {
			log.warn("A token cannot be verified: %s (%s)".formatted(failure.getMessage(),
					NestedExceptionUtils.getMostSpecificCause(failure)));
			response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
			response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
			return;
		}
		HttpStatus status = HttpStatus.UNAUTHORIZED;
		Map<String, String> parameters = new LinkedHashMap<>();
		if (failure instanceof OAuth2AuthenticationException known) {
			parameters.put("error", known.getError().getErrorCode());
			String description = known.getError().getDescription();
			if (description != null && DESCRIPTION.matcher(description).matches()) {
				parameters.put("error_description", description);
			}
			if (known.getError() instanceof BearerTokenError error) {
				status = error.getHttpStatus();
			}
		}
		parameters.put(METADATA, this.resource.metadataUrl(request));
		parameters.put(SCOPE, this.properties.requiredScope());
		refuse(response, status, parameters);
	}

	/** The token is valid, but not for this. */
	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denial) {
		Map<String, String> parameters = new LinkedHashMap<>();
		parameters.put("error", BearerTokenErrorCodes.INSUFFICIENT_SCOPE);
		parameters.put(SCOPE, this.properties.requiredScope());
		parameters.put(METADATA, this.resource.metadataUrl(request));
		refuse(response, HttpStatus.FORBIDDEN, parameters);
	}

	private void refuse(HttpServletResponse response, HttpStatus status, Map<String, String> parameters) {
		String scheme = "Bearer ";
		if (this.properties.dpopRequired()) {
			// RFC 9449, section 7.1.
			scheme = "DPoP ";
			parameters.put("algs", String.join(" ", PROOF_ALGORITHMS));
		}
		response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
				parameters.entrySet()
					.stream()
					.map((parameter) -> "%s=\"%s\"".formatted(parameter.getKey(), parameter.getValue()))
					.collect(Collectors.joining(", ", scheme, "")));
		response.setStatus(status.value());
	}

}
