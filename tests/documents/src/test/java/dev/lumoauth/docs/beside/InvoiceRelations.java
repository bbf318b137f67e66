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

package dev.lumoauth.docs.beside;

import dev.openfga.sdk.api.client.OpenFgaClient;
import dev.openfga.sdk.api.client.model.ClientCheckRequest;

import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * What OpenFGA says about users and invoices.
 */
@Component("invoices")
class InvoiceRelations {

	private final OpenFgaClient openFga;

	InvoiceRelations(OpenFgaClient openFga) {
		this.openFga = openFga;
	}

	public boolean viewer(Authentication user, String invoice) throws Exception {
		ClientCheckRequest question = new ClientCheckRequest().user("user:" + user.getName())
			.relation("viewer")
			._object("invoice:" + invoice);
		return Boolean.TRUE.equals(this.openFga.check(question).get().getAllowed());
	}

}
