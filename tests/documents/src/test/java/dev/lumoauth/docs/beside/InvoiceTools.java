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

import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.stereotype.Component;

/**
 * Tools about which three decide: LumoAuth, the application, and OpenFGA.
 */
@Component
class InvoiceTools {

	@Tool(description = "Read an invoice.")
	@RequiresCapability("invoices:read") // may the agent?
	@PreAuthorize("@invoices.viewer(authentication, #id)") // may the user read this one?
	public String read(String id) {
		return "invoice " + id;
	}

	@Tool(description = "Pay an invoice.")
	@RequiresCapability("invoices:pay")
	@PreAuthorize("hasRole('TREASURER')") // may the user?
	@RequiresApproval(reason = "Pay invoice {id}") // may this very call?
	public String pay(String id) {
		return "paid " + id;
	}

}
