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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;

/**
 * What client authentication needs to know about the grant, to verify that the client
 * with a login's code has started that login (RFC 7636).
 */
final class LoginParameters {

	private LoginParameters() {
	}

	static Map<String, Object> of(HttpServletRequest request) {
		Map<String, Object> parameters = new HashMap<>();
		for (String name : List.of(OAuth2ParameterNames.GRANT_TYPE, OAuth2ParameterNames.CODE,
				PkceParameterNames.CODE_VERIFIER)) {
			if (request.getParameter(name) != null) {
				parameters.put(name, request.getParameter(name));
			}
		}
		return parameters;
	}

}
