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

package dev.lumoauth.browser;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application sends its users to LumoAuth, where they consent or don't, and takes them
 * back.
 */
@Timeout(300)
@Tag("nightly")
class AAuthConsentIT {

	@TempDir
	private Path directory;

	private Browser browser;

	private String address;

	@Test
	void usersLetTheAgentActForThem() throws Exception {
		this.address = "http://127.0.0.1:" + freePort();
		KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
		SigningKey key = MessageSigner.signing(SigningKey.of(pair.getPrivate(), pair.getPublic(), null, null));
		try (Browser started = Browser.start(this.directory.resolve("profile"));
				Server lumoAuth = Server.dev(this.directory, "--LUMOAUTH_DEV_AAUTH_RESOURCE=" + this.address,
						"--LUMOAUTH_DEV_AAUTH_RESOURCE_JWKS_FILE=" + jwks(key), "--LUMOAUTH_DEV_AAUTH_CONSENT=required",
						"--LUMOAUTH_DEV_AAUTH_TRUST_FIRST_KEY=true");
				ConfigurableApplicationContext application = application(lumoAuth, key)) {
			assertThat(application.isRunning()).isTrue();
			this.browser = started;
			this.browser.appear(1040, 680, "light");
			consents(lumoAuth);
			isNotAskedAgain();
			otherUserDeclines(lumoAuth);
			nobodyComesBackWhoWasNotAsked();
			assertThat(this.browser.resources()).isEmpty();
		}
	}

	private void consents(Server lumoAuth) {
		this.browser.open(this.address + "/documents?page=2");
		signIn("anna");
		awaitAddress(lumoAuth.address() + "/orgs/acme-corp/portal/aauth/authorize?request_token=");
		assertThat(this.browser.find("main, body").getText()).contains(this.address, "mcp:read");
		this.browser.screenshot("aauth-consent");
		this.browser.click("button[value=alice]");
		awaitAddress(this.address + "/documents?page=2");
		this.browser.awaitText("#local", "anna");
		this.browser.awaitText("#read", "by https://research-analyst.example");
		assertThat(this.browser.texts("#read")).singleElement().asString().startsWith("Read for ");
		this.browser.screenshot("aauth-consented");
	}

	private void isNotAskedAgain() {
		this.browser.open(this.address + "/documents");
		awaitAddress(this.address + "/documents");
		this.browser.awaitText("#read", "Read for");
	}

	private void otherUserDeclines(Server lumoAuth) {
		this.browser.open(this.address + "/logout");
		this.browser.click("button[type=submit]");
		awaitAddress(this.address + "/login?logout");
		this.browser.open(this.address + "/documents");
		signIn("ben");
		awaitAddress(lumoAuth.address() + "/orgs/acme-corp/portal/aauth/authorize?request_token=");
		this.browser.click("button[value=true]");
		awaitAddress(this.address + "/callback?error=access_denied");
		this.browser.awaitText("body", "403");
		assertThat(this.browser.texts("#read")).isEmpty();
	}

	private void nobodyComesBackWhoWasNotAsked() {
		this.browser.open(this.address + "/callback?code=ac_of_somebody_else");
		this.browser.awaitText("body", "403");
	}

	private void signIn(String name) {
		this.browser.find("[name=username]").sendKeys(name);
		WebElement password = this.browser.find("[name=password]");
		password.sendKeys(name);
		password.submit();
	}

	private void awaitAddress(String start) {
		this.browser
			.await(() -> String.valueOf(this.browser.script("return location.href")).startsWith(start) ? true : null);
	}

	private ConfigurableApplicationContext application(Server lumoAuth, SigningKey resourceKey) {
		List<String> arguments = new ArrayList<>();
		Stream.of("server.port=" + this.address.replaceAll(".*:", ""), "server.address=127.0.0.1",
				"server.servlet.session.cookie.name=APPLICATION", "spring.main.banner-mode=off",
				"spring.ai.mcp.client.enabled=false", "lumoauth.url=" + lumoAuth.address(), "lumoauth.org-id=acme-corp",
				"lumoauth.client-id=agt_research-analyst", "lumoauth.client-authentication-method=aauth",
				"lumoauth.aauth.agent=https://research-analyst.example",
				"lumoauth.aauth.targets.documents.resource=" + this.address,
				"lumoauth.aauth.targets.documents.url=" + this.address + "/resource/documents",
				"lumoauth.aauth.targets.documents.scopes=mcp:read",
				"lumoauth.aauth.targets.documents.redirect-uri=" + this.address + "/callback",
				"test.issuer=" + lumoAuth.address() + "/orgs/acme-corp/api/v1")
			.forEach((property) -> arguments.add("--" + property));
		return new SpringApplicationBuilder(ConsentApplication.class)
			.initializers(
					(GenericApplicationContext context) -> context.registerBean(SigningKey.class, () -> resourceKey))
			.run(arguments.toArray(String[]::new));
	}

	private Path jwks(SigningKey key) throws IOException {
		Map<String, Object> jwk = key.publicKey().toJSONObject();
		return Files.writeString(this.directory.resolve("resource.jwks"), """
				{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"%s","x":"%s"}]}
				""".formatted(key.keyId(), jwk.get("x")));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
