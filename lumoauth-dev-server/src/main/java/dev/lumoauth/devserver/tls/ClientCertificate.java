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

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

import javax.security.auth.x500.X500Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a client has presented.
 *
 * @param chain the client's own certificate first
 * @since 0.1.0
 */
public record ClientCertificate(List<X509Certificate> chain) {

	private static final String ATTRIBUTE = "jakarta.servlet.request.X509Certificate";

	/**
	 * Returns the certificate of a request.
	 * @param request the request
	 * @return the certificate, or {@code null} if it came without one
	 */
	public static @Nullable ClientCertificate of(HttpServletRequest request) {
		return (request.getAttribute(ATTRIBUTE) instanceof X509Certificate[] chain && chain.length > 0)
				? new ClientCertificate(List.of(chain)) : null;
	}

	/**
	 * Returns the certificate's thumbprint.
	 * @return the SHA-256 (RFC 8705, section 3.1)
	 */
	public String thumbprint() {
		try {
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(MessageDigest.getInstance("SHA-256").digest(this.chain.get(0).getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("The certificate has no SHA-256", ex);
		}
	}

	/**
	 * Returns the subject of the certificate.
	 * @return the name
	 */
	public X500Principal subject() {
		return this.chain.get(0).getSubjectX500Principal();
	}

	/**
	 * Returns whether the certificate is valid.
	 * @param now the moment
	 * @return whether its validity has begun and has not ended
	 */
	public boolean isCurrent(Instant now) {
		X509Certificate own = this.chain.get(0);
		return !own.getNotBefore().toInstant().isAfter(now) && own.getNotAfter().toInstant().isAfter(now);
	}

	/**
	 * Returns whether one of some issuers has issued the certificate (RFC 5280, section
	 * 6), directly or through the others of the chain.
	 * @param issuers the trusted issuers
	 * @param now the moment
	 * @return whether the chain is valid
	 */
	public boolean isIssuedBy(Collection<X509Certificate> issuers, Instant now) {
		if (issuers.isEmpty()) {
			return false;
		}
		try {
			PKIXParameters parameters = new PKIXParameters(
					issuers.stream().map((issuer) -> new TrustAnchor(issuer, null)).collect(Collectors.toSet()));
			parameters.setRevocationEnabled(false);
			parameters.setDate(Date.from(now));
			List<X509Certificate> path = new ArrayList<>(this.chain);
			// Clients may also send the issuer's own certificate.
			path.removeIf((certificate) -> issuers.contains(certificate) && !certificate.equals(this.chain.get(0)));
			CertPathValidator.getInstance("PKIX")
				.validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
			return true;
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

}
