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

package dev.lumoauth.devserver.launch;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.tls.TlsPort;

/**
 * Prints on standard output, when the server is ready, that it is for development only,
 * and the environment variables with its address: one line to paste into a shell, or to
 * parse by its first words {@code export LUMOAUTH_URL=}.
 */
@Component
class ReadyAnnouncement {

	private final Tenants tenants;

	private final IntSupplier tlsPort;

	private final String host;

	@Autowired
	ReadyAnnouncement(Tenants tenants, TlsPort tlsPort, LoopbackOnly server) {
		this(tenants, tlsPort::number, server.host());
	}

	ReadyAnnouncement(Tenants tenants, IntSupplier tlsPort, String host) {
		this.tenants = tenants;
		this.tlsPort = tlsPort;
		this.host = host;
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		if (event.getApplicationContext() instanceof ServletWebServerApplicationContext context
				&& context.getWebServer() != null) {
			print(context.getWebServer().getPort(), System.out);
		}
	}

	void print(int port, PrintStream out) {
		String url = "http://" + this.host + ":" + port;
		out.println("LumoAuth dev server at " + url + " - for development only: state is in memory,"
				+ " secrets are not secret, /dev is open to this machine.");
		int further = this.tlsPort.getAsInt();
		if (further > 0) {
			out.println("With certificates at https://127.0.0.1:%d; its own is at %s/dev/tls/certificate.pem."
				.formatted(further, url));
		}
		out.println(exports(url));
		out.flush();
	}

	private String exports(String url) {
		Tenant tenant = this.tenants.all().iterator().next();
		List<String> words = new ArrayList<>(
				List.of("export", variable("LUMOAUTH_URL", url), variable("LUMOAUTH_TENANT", tenant.slug())));
		if (!tenant.agents().isEmpty()) {
			Agent agent = tenant.agents().iterator().next();
			words.add(variable("AGENT_CLIENT_ID", agent.id()));
			String secret = agent.settings().clientSecret();
			if (secret != null) {
				words.add(variable("AGENT_CLIENT_SECRET", secret));
			}
		}
		return String.join(" ", words);
	}

	/** Quotes the value for a POSIX shell if necessary. */
	private static String variable(String name, String value) {
		Assert.hasText(value, "a variable has a value");
		boolean plain = value.matches("[A-Za-z0-9_./:@%+=,-]+");
		return name + "=" + (plain ? value : "'" + value.replace("'", "'\\''") + "'");
	}

}
