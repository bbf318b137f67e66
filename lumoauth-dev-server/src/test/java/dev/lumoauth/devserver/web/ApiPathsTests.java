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

package dev.lumoauth.devserver.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ApiPaths}.
 */
class ApiPathsTests {

	@ParameterizedTest
	@CsvSource({ "/t/acme/api/v1/oauth/token,acme", "/orgs/acme/api/v1,acme",
			"/.well-known/oauth-authorization-server/t/acme/api/v1,acme", "/dev/tenants/acme,acme",
			"/dev/tenants/acme/users/alice/token,acme" })
	void findsTheTenant(String path, String tenant) {
		assertThat(ApiPaths.tenantOf(path)).contains(tenant);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/api/v1/authz/check", "/t/acme", "/t//api/v1/x", "/x/t/acme/api/v1/x",
			"/t/acme/api/v10", "/t/a/b/api/v1/x", "/dev/state", "/dev/tenants", "/dev/tenants/", "/dev/tokens",
			"/x/dev/tenants/acme" })
	void findsNoneElsewhere(String path) {
		assertThat(ApiPaths.tenantOf(path)).isEmpty();
	}

	@Test
	void namesTheIssuerForTheAdminApi() {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/dev/tenants/acme/users/alice/token");
		request.setServerPort(9000);
		assertThat(ApiPaths.issuerOf(request, "orgs", "acme")).isEqualTo("http://localhost:9000/orgs/acme/api/v1");
	}

	@Test
	void namesTheIssuerAsTheClientWroteIt() {
		MockHttpServletRequest request = new MockHttpServletRequest("GET",
				"/.well-known/oauth-authorization-server/orgs/acme/api/v1");
		request.setServerName("localhost");
		request.setServerPort(9000);
		assertThat(ApiPaths.issuerOf(request)).isEqualTo("http://localhost:9000/orgs/acme/api/v1");
		request.setRequestURI("/dev/state");
		assertThatIllegalArgumentException().isThrownBy(() -> ApiPaths.issuerOf(request));
	}

}
