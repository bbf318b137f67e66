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

package dev.lumoauth.devserver.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.SslConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.config.TlsProperties;
import dev.lumoauth.devserver.launch.RefusedToStartException;

/**
 * The TLS port, if one is configured. Like the first port, it is on the loopback
 * interface.
 *
 * @since 0.1.0
 */
@Component
public class TlsPort implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private static final String FILES = "Correct dev.tls in the file that --dev.config names";

	private final @Nullable TlsProperties properties;

	private final List<X509Certificate> trusted;

	private volatile @Nullable Connector connector;

	private volatile @Nullable X509Certificate certificate;

	TlsPort(DevProperties properties) {
		this.properties = properties.tls();
		this.trusted = (this.properties != null) ? trusted(this.properties.trustedCertificates()) : List.of();
	}

	/**
	 * Returns the port.
	 * @return the port, 0 if there is none
	 */
	public int number() {
		Connector current = this.connector;
		return (current != null) ? Math.max(0, current.getLocalPort()) : 0;
	}

	/**
	 * Returns the certificate of this server.
	 * @return the certificate (PEM), or {@code null} if there is no such port
	 */
	public @Nullable String certificate() {
		X509Certificate current = this.certificate;
		if (current == null) {
			return null;
		}
		try {
			return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
				.formatted(Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(current.getEncoded()));
		}
		catch (CertificateEncodingException ex) {
			throw new IllegalStateException("A certificate can't be written", ex);
		}
	}

	/**
	 * Returns the trusted issuers of clients' certificates.
	 * @return their certificates
	 */
	public List<X509Certificate> trusted() {
		return this.trusted;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		if (this.properties == null) {
			return;
		}
		checkIsFree(this.properties.port());
		SslStoreBundle stores = stores(this.properties);
		Connector added = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
		added.setPort(this.properties.port());
		added.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
		added.setScheme("https");
		added.setSecure(true);
		new SslConnectorCustomizer(LogFactory.getLog(TlsPort.class), added, ClientAuth.WANT)
			.customize(SslBundle.of(stores), Collections.emptyMap());
		for (SSLHostConfig host : added.findSslHostConfigs()) {
			host.setTrustManagerClassName(AnyClientCertificate.class.getName());
		}
		factory.addAdditionalConnectors(added);
		this.connector = added;
	}

	/** Otherwise Tomcat would print in its own way why it could not start. */
	private static void checkIsFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			throw new RefusedToStartException("Port %d is in use".formatted(port),
					"Stop the other process, or choose another port with dev.tls.port (0 for any free one)");
		}
	}

	private SslStoreBundle stores(TlsProperties tls) {
		SslStoreBundle stores = (tls.certificate() != null)
				? new PemSslStoreBundle(PemSslStoreDetails.forCertificates(location(tls.certificate()))
					.withPrivateKey(location(Objects.requireNonNull(tls.privateKey()))), null)
				: SelfSigned.make();
		try {
			List<X509Certificate> certificates = certificates(Objects.requireNonNull(stores.getKeyStore()));
			this.certificate = certificates.get(0);
			return stores;
		}
		catch (RuntimeException | KeyStoreException ex) {
			throw new RefusedToStartException("dev.tls.certificate or dev.tls.private-key can't be read", FILES);
		}
	}

	private static List<X509Certificate> trusted(@Nullable String location) {
		if (location == null) {
			return List.of();
		}
		try {
			KeyStore store = new PemSslStoreBundle(null, PemSslStoreDetails.forCertificates(location(location)))
				.getTrustStore();
			List<X509Certificate> certificates = certificates(Objects.requireNonNull(store));
			if (!certificates.isEmpty()) {
				return certificates;
			}
		}
		catch (RuntimeException | KeyStoreException ex) {
			// The message is the same for all errors in it.
		}
		throw new RefusedToStartException("dev.tls.trusted-certificates can't be read, or has no certificate", FILES);
	}

	/** A path is relative to the directory in which the server is started. */
	private static String location(String text) {
		return (text.startsWith("file:") || PemContent.isPresentInText(text)) ? text
				: Path.of(text).toAbsolutePath().toUri().toString();
	}

	private static List<X509Certificate> certificates(KeyStore store) throws KeyStoreException {
		List<X509Certificate> certificates = new ArrayList<>();
		for (String alias : Collections.list(store.aliases())) {
			Certificate found = store.getCertificate(alias);
			if (found instanceof X509Certificate x509) {
				certificates.add(x509);
			}
		}
		return certificates;
	}

}
