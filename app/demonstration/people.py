"""Who worked in the demonstration's month, and what they wrote: all of it invented, in the language of the lender."""

from __future__ import annotations

from app.scoring.case.actors import Actor

OFFICERS = tuple(Actor(name, "officer") for name in ("Inès Moreau", "Hugo Lambert", "Nadia Benali", "Tom Leroy"))
OVERRIDING = dict(zip(OFFICERS, (0.05, 0.08, 0.12, 0.22), strict=True))
"""How often each of them decides against the advice."""
MANAGERS = (Actor("Claire Dubois", "manager"), Actor("Marc Lefèvre", "manager"))
RECEPTION = Actor("reception", "operator")

ACCEPTED_AGAINST = (
    "Bulletins de salaire vérifiés : le revenu déclaré est inférieur au revenu réel.",
    "Le crédit signalé au fichier est soldé, attestation jointe.",
    "Client depuis neuf ans, aucun incident, caution de l’employeur.",
    "Apport de 30 % non pris en compte dans la demande.",
)
REFUSED_AGAINST = (
    "L’employeur ne confirme pas le contrat.",
    "Deux demandes en cours chez d’autres prêteurs, reconnues au téléphone.",
    "Pièces contradictoires sur l’adresse et le loyer.",
)
FOLLOWED = ("", "", "", "Pièces conformes.", "Vu avec le client au téléphone.")
ON_DOCUMENTS = "Avis suspendu : décidé sur pièces."
OTHER_LOAN = "Le montant demandé ne passe pas ; une somme moindre convient au client."
REFERRED = (
    "Revenus d’indépendant : je préfère un second regard.",
    "Il manque deux relevés, le client les apporte demain.",
    "Montage avec cession d’un autre crédit, hors de mes habitudes.",
)
NOT_SIGNED = "La pièce jointe ne couvre pas le dernier trimestre : à revoir avec le client."
SIGNED = ("", "D’accord, la pièce est probante.", "Vu.")
ASKED = (
    "Je ne comprends pas ce refus : mon crédit auto est terminé depuis mars. Pouvez-vous regarder à nouveau ?",
    "J’ai changé d’emploi et je gagne plus maintenant. Je peux envoyer mon contrat.",
    "Merci de faire relire ma demande par une autre personne.",
)
REACH = "par téléphone, au numéro du dossier"
UPHELD = "Relu avec les pièces : la première décision est confirmée."
REVERSED = "Nouvelles pièces reçues : la demande est acceptée."
CORRECTED = "Erreur de saisie sur les charges, corrigée."
CLOSED = ("Contrat signé.", "Le client a été prévenu, le dossier est clos.", "Le client renonce.")

PROPOSED = "Encadrer les dérogations : au-delà de ces montants, une seconde signature."
SUSPENDED = (
    "Lot de la nuit : des probabilités décalées sur les dossiers sans historique bancaire. Vérification en cours."
)
LIFTED = "Le lot a été relancé ; l’écart venait d’un fichier incomplet et a disparu."
INCIDENT = (
    "Le fichier bancaire de la nuit est arrivé tronqué : des probabilités trop hautes au matin.",
    "Les dossiers ouverts entre 8 h et 10 h ; aucun courrier n’était parti.",
    "Avis suspendu, fichier redemandé, dossiers du matin relus.",
)
CLOSING_INCIDENT = (
    "Cause trouvée : un transfert interrompu, sans contrôle du nombre de lignes.",
    "Les mêmes dossiers, aucun client lésé.",
    "Contrôle du nombre de lignes ajouté avant le lot.",
)
