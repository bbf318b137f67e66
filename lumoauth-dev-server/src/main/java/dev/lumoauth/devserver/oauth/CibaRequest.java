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

import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.util.StringUtils;

/**
 * A token request with which an agent asks whether the user has decided (OpenID Connect
 * CIBA Core 1.0, section 10.1).
 */
final class CibaRequest extends OAuth2AuthorizationGrantAuthenticationToken {

	static final AuthorizationGrantType GRANT = new AuthorizationGrantType("urn:openid:params:grant-type:ciba");

	private static final String AUTH_REQ_ID = "auth_req_id";

	private final String authReqId;

	private CibaRequest(Authentication client, String authReqId) {
		super(GRANT, client, Map.of());
		this.authReqId = authReqId;
	}

	static @Nullable Authentication read(HttpServletRequest request) {
		if (!GRANT.getValue().equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE))) {
			return null;
		}
		String[] ids = request.getParameterValues(AUTH_REQ_ID);
		if (ids == null || ids.length != 1 || !StringUtils.hasText(ids[0])) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_REQUEST, "'auth_req_id' is missing or is there twice");
		}
		Authentication client = SecurityContextHolder.getContext().getAuthentication();
		if (client == null) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT, "Client authentication is missing");
		}
		return new CibaRequest(client, ids[0]);
	}

	String authReqId() {
		return this.authReqId;
	}

}
