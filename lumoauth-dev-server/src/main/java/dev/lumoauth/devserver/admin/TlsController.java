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

package dev.lumoauth.devserver.admin;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.tls.TlsPort;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The part of the admin API that returns the certificate of the TLS port, so that clients
 * can trust it. Not a part of LumoAuth's API.
 */
@RestController
class TlsController {

	private final TlsPort port;

	TlsController(TlsPort port) {
		this.port = port;
	}

	@GetMapping("/dev/tls/certificate.pem")
	ResponseEntity<String> certificate() {
		String certificate = this.port.certificate();
		if (certificate == null) {
			throw ApiException.api(HttpStatus.NOT_FOUND, "not_found", "'dev.tls.port' is not set");
		}
		return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(certificate);
	}

}
