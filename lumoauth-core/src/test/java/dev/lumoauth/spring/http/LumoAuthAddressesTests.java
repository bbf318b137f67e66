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
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link LumoAuthAddresses}.
 */
class LumoAuthAddressesTests {

	@Test
	void tenantIsInFrontOfEverything() {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("https://app.lumoauth.dev"), "acme-corp");
		assertThat(endpoints.token()).hasToString("https://app.lumoauth.dev/t/acme-corp/api/v1/oauth/token");
		assertThat(endpoints.userinfo()).hasToString("https://app.lumoauth.dev/t/acme-corp/api/v1/oauth/userinfo");
		assertThat(endpoints.agentsMe()).hasToString("https://app.lumoauth.dev/t/acme-corp/api/v1/agents/me");
		assertThat(endpoints.agentsAsk()).hasToString("https://app.lumoauth.dev/t/acme-corp/api/v1/agents/ask");
		assertThat(endpoints.authz()).containsExactly(
				AuthzEndpoints.below(AuthzPath.PREFIXED, "https://app.lumoauth.dev/t/acme-corp/api/v1"),
				AuthzEndpoints.below(AuthzPath.ROOT, "https://app.lumoauth.dev/api/v1"));
		assertThat(endpoints.layoutProperty()).isEqualTo("lumoauth.tenant");
	}

	@Test
	void organizationIsNotInFrontOfAuthz() {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forOrganization(URI.create("https://app.lumoauth.dev"),
				"acme-corp");
		assertThat(endpoints.token()).hasToString("https://app.lumoauth.dev/orgs/acme-corp/api/v1/oauth/token");
		assertThat(endpoints.agentsMe()).hasToString("https://app.lumoauth.dev/orgs/acme-corp/api/v1/agents/me");
		AuthzEndpoints authz = endpoints.authz().get(0);
		assertThat(endpoints.authz()).containsExactly(authz,
				AuthzEndpoints.below(AuthzPath.PREFIXED, "https://app.lumoauth.dev/orgs/acme-corp/api/v1"));
		assertThat(authz.check()).hasToString("https://app.lumoauth.dev/api/v1/authz/check");
		assertThat(authz.checkBulk()).hasToString("https://app.lumoauth.dev/api/v1/authz/check-bulk");
		assertThat(endpoints.layoutProperty()).isEqualTo("lumoauth.org-id");
	}

	@Test
	void namesAnEndpointWhereverItIs() {
		URI url = URI.create("https://a.example.com/api/v1/");
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(url, "acme");
		assertThat(endpoints.all().stream().map(endpoints::nameOf)).containsExactly("oauth/token", "oauth/userinfo",
				"agents/me", "agents/ask", "authz/check", "authz/check-bulk", "authz/check", "authz/check-bulk");
		assertThat(List.of("https://a.example.com/api/v1/t/other/api/v1/agents/me",
				endpoints.issuer() + "/agents/me/connections/conn_1/token", endpoints.issuer() + "/agents/7",
				endpoints.issuer() + "/agents/me?user=alice", endpoints.issuer() + "/users/alice",
				endpoints.issuer() + "-2/agents/me"))
			.allSatisfy(
					(address) -> assertThat(endpoints.nameOf(URI.create(address))).isEqualTo(LumoAuthAddresses.OTHER)
						.isEqualTo("other"));
	}

	@Test
	void anEndpointOfAFeatureIsKnownByItsPath() {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), "acme");
		URI endpoint = endpoints.endpoint("agents/me/connections/:id/token");
		assertThat(endpoints.withId(endpoint, "conn_1"))
			.hasToString("https://a.example.com/t/acme/api/v1/agents/me/connections/conn_1/token");
		assertThat(endpoints.nameOf(endpoint)).isEqualTo("agents/me/connections/:id/token");
		assertThat(endpoints.nameOf(endpoints.endpoint("ssf/stream?stream_id=:id")))
			.isEqualTo("ssf/stream?stream_id=:id");
		assertThat(endpoints.isAboutSomebody(endpoint)).isTrue();
	}

	@Test
	void onlyEndpointsOfFeaturesAreAboutSomebody() {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), "acme");
		assertThat(Stream.concat(endpoints.all().stream(), Stream.of(endpoints.mcpAuthorize())))
			.noneMatch(endpoints::isAboutSomebody);
		assertThat(endpoints.metadata()).noneMatch(endpoints::isAboutSomebody);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/agents", "agents/", "agents//me", "../agents", "agents/:id/a/:id", "Agents",
			"agents/7", "agents?a=b", "agents#a", "https://b.example.com" })
	void noOtherPathIsOneOfAnEndpoint(String path) {
		LumoAuthAddresses endpoints = LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), "acme");
		assertThatIllegalArgumentException().isThrownBy(() -> endpoints.endpoint(path));
	}

	@Test
	void putsAnIdIntoAnAddressInBothLayouts() {
		URI url = URI.create("https://a.example.com/:id/x");
		LumoAuthAddresses tenant = LumoAuthAddresses.forTenant(url, "acme");
		LumoAuthAddresses organization = LumoAuthAddresses.forOrganization(url, "acme");
		String path = "agents/me/things/:id/status";
		assertThat(tenant.withId(tenant.endpoint(path), "a:41"))
			.hasToString("https://a.example.com/:id/x/t/acme/api/v1/agents/me/things/a%3A41/status");
		assertThat(organization.withId(organization.endpoint(path), "thing_7f"))
			.hasToString("https://a.example.com/:id/x/orgs/acme/api/v1/agents/me/things/thing_7f/status");
		assertThat(tenant.withId(tenant.endpoint(path), "a.9=").getRawPath()).endsWith("/things/a.9%3D/status");
		assertThat(tenant.nameOf(tenant.endpoint(path))).isEqualTo(path);
		assertThat(organization.nameOf(organization.endpoint("oauth/bc-things"))).isEqualTo("oauth/bc-things");
		assertThatIllegalArgumentException().isThrownBy(() -> tenant.withId(tenant.token(), "a"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "a/..", "a%2e", "a;b", "a\\b", "a\nb", "a?", "a#", "ü" })
	void putsNothingElseIntoAnAddress(String id) {
		LumoAuthAddresses tenant = LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), "acme");
		assertThatIllegalArgumentException().isThrownBy(() -> tenant.withId(tenant.endpoint("agents/:id/token"), id));
	}

	@ParameterizedTest
	@CsvSource({ "https://auth.example.com/, https://auth.example.com",
			"https://auth.example.com//, https://auth.example.com",
			"https://auth.example.com/lumo/, https://auth.example.com/lumo",
			"http://localhost:9000, http://localhost:9000" })
	void keepsThePathOfTheAddress(URI url, String base) {
		assertThat(LumoAuthAddresses.forTenant(url, "a").token()).hasToString(base + "/t/a/api/v1/oauth/token");
	}

	@ParameterizedTest
	@CsvSource({ "a b, a%20b", "a/../b, a%2F..%2Fb", "a?b#c, a%3Fb%23c", "ü, %C3%BC" })
	void encodesTheTenant(String tenant, String segment) {
		assertThat(LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), tenant).token().toString())
			.isEqualTo("https://a.example.com/t/" + segment + "/api/v1/oauth/token");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ".", ".." })
	void refusesATenantThatIsNone(String tenant) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> LumoAuthAddresses.forTenant(URI.create("https://a.example.com"), tenant));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://a.example.com", "ftp://a.example.com", "a.example.com", "/t", "https:a",
			"https://user@a.example.com", "https://a.example.com?x=1", "https://a.example.com#x" })
	void refusesAnAddressThatCredentialsMustNotBeSentTo(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> LumoAuthAddresses.forTenant(URI.create(url), "a"));
	}

	@Test
	void doesNotRepeatThePasswordOfAnAddress() {
		assertThatIllegalArgumentException().isThrownBy(() -> Origin.of(URI.create("http://user:secret@a.example.com")))
			.withMessageNotContaining("secret");
		assertThatIllegalArgumentException().isThrownBy(() -> Origin.of(URI.create("ftp://user:secret@a.example.com")))
			.withMessageNotContaining("secret");
	}

	@ParameterizedTest
	@CsvSource({ "https://a.example.com, https://A.example.com:443/x, true",
			"https://a.example.com, https://a.example.com:444, false",
			"https://a.example.com, https://b.example.com, false", "http://localhost:80, http://localhost/x?y, true",
			"http://localhost, https://localhost, false", "http://[::1]:9, http://[::1]:9/x, true",
			"https://a.example.com, https://a.example.com.evil.example, false",
			"https://a.example.com, https://a.example.com@evil.example, false" })
	void originIsSchemeHostAndPort(URI one, URI other, boolean same) {
		assertThat(Origin.of(one).equals(Origin.of(other))).isEqualTo(same);
	}

}
