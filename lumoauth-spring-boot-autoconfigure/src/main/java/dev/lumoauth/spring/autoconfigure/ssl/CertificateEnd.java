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

package dev.lumoauth.spring.autoconfigure.ssl;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Logs that the certificate of an SSL bundle ends soon, or has ended: once for each
 * certificate, however many parts of the application use the bundle.
 */
final class CertificateEnd {

	/** As Spring Boot's health indicator for SSL bundles. */
	static final Duration SOON = Duration.ofDays(14);

	/**
	 * A certificate that is made for hours or days, and is replaced by itself, ends soon
	 * in the last third of its life: then nobody has replaced it.
	 */
	private static final int LAST_PART = 3;

	private static final Log logger = LogFactory.getLog(CertificateEnd.class);

	private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

	private final String bundle;

	private final Clock clock;

	private volatile @Nullable X509Certificate certificate;

	/**
	 * Create a watch over a bundle.
	 * @param bundle the name of the bundle
	 * @param clock the clock
	 */
	CertificateEnd(String bundle, Clock clock) {
		this.bundle = bundle;
		this.clock = clock;
	}

	/**
	 * Look at the bundle's current content.
	 */
	void read(SslBundle current) {
		this.certificate = firstToEnd(current);
		check();
	}

	/**
	 * Check the time. Cheap enough for each use of the certificate.
	 */
	void check() {
		X509Certificate current = this.certificate;
		if (current == null || this.clock.instant().plus(soon(current)).isBefore(endOf(current))) {
			return;
		}
		this.certificate = null;
		Instant when = endOf(current);
		if (TOLD.add(this.bundle + " " + when)) {
			logger.warn("The certificate of the SSL bundle '" + this.bundle + "' "
					+ (this.clock.instant().isBefore(when) ? "ends" : "has ended") + " at " + when
					+ ". LumoAuth accepts no connection with it after that. Replace the certificate "
					+ "(spring.ssl.bundle).");
		}
	}

	private static Duration soon(X509Certificate certificate) {
		Duration part = Duration.between(certificate.getNotBefore().toInstant(), endOf(certificate))
			.dividedBy(LAST_PART);
		return (part.compareTo(SOON) < 0) ? part : SOON;
	}

	private static Instant endOf(X509Certificate certificate) {
		return certificate.getNotAfter().toInstant();
	}

	private static @Nullable X509Certificate firstToEnd(SslBundle bundle) {
		try {
			KeyStore store = bundle.getStores().getKeyStore();
			if (store == null) {
				return null;
			}
			X509Certificate first = null;
			for (String alias : Collections.list(store.aliases())) {
				if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
					first = (first == null || endOf(certificate).isBefore(endOf(first))) ? certificate : first;
				}
			}
			return first;
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			return null; // whoever uses the bundle says what is wrong with it
		}
	}

}
